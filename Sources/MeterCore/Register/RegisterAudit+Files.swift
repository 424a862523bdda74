extension RegisterAudit {
    /// The longest line that can be a record, in bytes; what is longer is none.
    private static let longest = 1 << 20

    /// Takes all lines of a file, a piece at a time.
    ///
    /// - Throws: `DiskError` when it cannot be read, `SigningError` where libcrypto is missing.
    public mutating func read(_ file: borrowing OpenFile) throws {
        var rest: [UInt8] = []
        while case let piece = try file.read(64 << 10), !piece.isEmpty {
            var start = 0
            while let end = piece[start...].firstIndex(of: RegisterRecord.lineFeed) {
                try read(rest.isEmpty ? [UInt8](piece[start..<end]) : rest + piece[start..<end])
                rest.removeAll(keepingCapacity: true)
                start = end + 1
            }
            if rest.count < Self.longest { rest += piece[start...] }
        }
        endFile(rest)
    }
}
