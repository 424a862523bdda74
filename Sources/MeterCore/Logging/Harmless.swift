/// A text of a device or server that steers no terminal, with its lines as they are.
///
/// Each control character but the line feed and the tabulator becomes a space.
public func harmless(_ text: String) -> String {
    let bytes = [UInt8](text.utf8)
    return bytes.isHarmless ? text : String(decoding: harmless(bytes), as: UTF8.self)
}

/// The same for bytes, UTF-8 or not, which stay as many.
public func harmless(_ bytes: [UInt8]) -> [UInt8] {
    guard !bytes.isHarmless else { return bytes }
    let space = UInt8(ascii: " ")
    var result = bytes
    for place in bytes.indices {
        if isControl(bytes[place]) { result[place] = space }
        guard bytes[place] == 0xC2, place + 1 < bytes.count, (0x80...0x9F).contains(bytes[place + 1]) else { continue }
        // U+0080 to U+009F: one of them begins a command as escape and bracket do.
        (result[place], result[place + 1]) = (space, space)
    }
    return result
}

/// True for a byte that is a control character by itself.
private func isControl(_ byte: UInt8) -> Bool {
    (byte < 0x20 && byte != UInt8(ascii: "\n") && byte != UInt8(ascii: "\t")) || byte == 0x7F
}

extension [UInt8] {
    /// True when nothing needs a closer look, as in nearly all texts.
    fileprivate var isHarmless: Bool { !contains { isControl($0) || $0 == 0xC2 } }
}
