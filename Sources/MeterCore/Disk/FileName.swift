/// Names of files as the disk has them: bytes, which old programs and devices write in Latin-1.
///
/// A name that is no UTF-8 becomes a text that leads back to it: each of its bytes from 0x80 on is a character of Unicode's
/// last private area. All of `Disk` takes such texts.
public enum FileName {
    /// The character of the byte 0, and the first byte of all of these in UTF-8.
    private static let base: UInt32 = 0x10_FF00
    private static let mark: UInt8 = 0xF4

    /// The text for a name.
    public static func text(_ bytes: some Collection<UInt8>) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        var text = ""
        for byte in bytes {
            let scalar = byte < 0x80 ? Unicode.Scalar(byte) : Unicode.Scalar(base + UInt32(byte)) ?? "?"
            text.unicodeScalars.append(scalar)
        }
        return text
    }

    /// The bytes of a name or a path.
    public static func bytes(_ text: String) -> [UInt8] {
        guard text.utf8.contains(mark) else { return Array(text.utf8) }
        var bytes: [UInt8] = []
        for scalar in text.unicodeScalars {
            if let byte = byte(scalar) { bytes.append(byte) } else { bytes += String(scalar).utf8 }
        }
        return bytes
    }

    /// A name for people: its bytes read as Latin-1 where they are no UTF-8.
    public static func shown(_ text: String) -> String {
        guard text.utf8.contains(mark) else { return text }
        var shown = ""
        for scalar in text.unicodeScalars {
            shown.unicodeScalars.append(byte(scalar).map { Unicode.Scalar($0) } ?? scalar)
        }
        return shown
    }

    /// Hands a path to a system call.
    public static func withPath<Result>(_ text: String, _ call: (UnsafePointer<CChar>) -> Result) -> Result {
        guard text.utf8.contains(mark) else { return text.withCString(call) }
        return (bytes(text).map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map(call) ?? text.withCString(call)
        }
    }

    private static func byte(_ scalar: Unicode.Scalar) -> UInt8? {
        scalar.value >= base + 0x80 && scalar.value <= base + 0xFF ? UInt8(truncatingIfNeeded: scalar.value) : nil
    }
}
