import MeterCore

extension Bus {
    /// Hears what comes by itself; nothing is sent, and no device has a turn meanwhile.
    ///
    /// - Parameters:
    ///   - format: the speed and character format to listen with.
    ///   - span: the time to listen for, to the end of which it stays.
    /// - Returns: the bytes that came.
    /// - Throws: `LineClosed` or `SerialError` when the line is gone, `CancellationError`.
    public func listen(_ format: SerialSettings, for span: Duration) async throws -> [UInt8] {
        try await turns.take()
        defer { turns.end() }
        guard let line else { throw LineClosed(name: name) }
        if self.format != format {
            try await line.apply(format)
            self.format = format
        }
        let end = loop.now + span
        var heard: [UInt8] = []
        while loop.now < end {
            heard += try take(from: line)
            try await loop.waitUntilReadable(line.descriptor, until: end)
        }
        isDirty = true
        lastUse = loop.now
        return heard
    }
}
