import CZlib

/// An archive of ZIP, by its central directory (APPNOTE 6.3): stored and deflated files, no encryption, no ZIP64.
struct ZipArchive {
    private struct Entry {
        var name: String
        var method: UInt16
        var packed, size, offset: Int
    }

    /// The files that an archive may hold.
    private static let most = 1000

    private let bytes: [UInt8]
    private let entries: [Entry]

    /// Reads the directory.
    ///
    /// - Throws: `SupplierFileError.damaged` when there is none.
    init(_ bytes: [UInt8]) throws(SupplierFileError) {
        self.bytes = bytes
        let damage = SupplierFileError.damaged("zip")
        // The directory's end has a comment of 64 kB at most behind it.
        let last = bytes.count - 22
        guard last >= 0,
            let end = stride(from: last, through: max(0, last - 0xFFFF), by: -1).first(where: {
                Self.number(bytes, $0, 4) == 0x0605_4B50
            })
        else { throw damage }
        let count = Self.number(bytes, end + 10, 2)
        guard count <= Self.most else { throw .tooLarge }
        var place = Self.number(bytes, end + 16, 4)
        var entries: [Entry] = []
        for _ in 0..<count {
            guard place + 46 <= bytes.count, Self.number(bytes, place, 4) == 0x0201_4B50 else { throw damage }
            let length = Self.number(bytes, place + 28, 2)
            guard place + 46 + length <= bytes.count else { throw damage }
            entries.append(
                Entry(
                    name: String(decoding: bytes[place + 46..<place + 46 + length], as: UTF8.self),
                    method: UInt16(Self.number(bytes, place + 10, 2)),
                    packed: Self.number(bytes, place + 20, 4),
                    size: Self.number(bytes, place + 24, 4),
                    offset: Self.number(bytes, place + 42, 4)
                )
            )
            place += 46 + length + Self.number(bytes, place + 30, 2) + Self.number(bytes, place + 32, 2)
        }
        self.entries = entries
    }

    var names: [String] { entries.map(\.name) }

    /// A number of two or four bytes, the lowest first; 0 behind the end.
    private static func number(_ bytes: [UInt8], _ place: Int, _ count: Int) -> Int {
        guard place >= 0, place + count <= bytes.count else { return 0 }
        return bytes[place..<place + count].reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    /// The content of a file.
    ///
    /// - Parameters:
    ///   - name: one of `names`.
    ///   - most: the bytes that it may have, whatever the archive says of them.
    /// - Returns: the bytes.
    /// - Throws: `SupplierFileError`: too large, or damaged.
    func bytes(of name: String, atMost most: Int) throws(SupplierFileError) -> [UInt8] {
        guard let entry = entries.first(where: { $0.name == name }), entry.offset + 30 <= bytes.count,
            Self.number(bytes, entry.offset, 4) == 0x0403_4B50
        else { throw .damaged("zip") }
        guard entry.size <= most else { throw .tooLarge }
        let start =
            entry.offset + 30 + Self.number(bytes, entry.offset + 26, 2) + Self.number(bytes, entry.offset + 28, 2)
        guard start + entry.packed <= bytes.count else { throw .damaged("zip") }
        let packed = bytes[start..<start + entry.packed]
        switch entry.method {
        case 0: return Array(packed)
        case 8:
            guard let content = Self.inflated(packed, size: entry.size) else { throw .damaged("zip") }
            return content
        default: throw .damaged("zip")
        }
    }

    /// What was deflated; `nil` when it does not make exactly so many bytes.
    private static func inflated(_ packed: ArraySlice<UInt8>, size: Int) -> [UInt8]? {
        var stream = z_stream()
        // Negative bits: deflate alone, without a head.
        guard inflateInit2_(&stream, -15, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
        defer { inflateEnd(&stream) }
        var isWhole = false
        let content = [UInt8](unsafeUninitializedCapacity: size + 1) { buffer, count in
            packed.withUnsafeBufferPointer { input in
                stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.avail_in = CUnsignedInt(input.count)
                stream.next_out = buffer.baseAddress
                // One more than there should be: a stream that has more is none of this size.
                stream.avail_out = CUnsignedInt(size + 1)
                isWhole = inflate(&stream, Z_FINISH) == Z_STREAM_END && Int(stream.total_out) == size
                count = Int(stream.total_out)
            }
        }
        return isWhole ? content : nil
    }
}
