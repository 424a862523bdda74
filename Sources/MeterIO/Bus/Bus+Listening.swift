import MeterCore

extension Bus {
    /// Hears what comes by itself; nothing is sent.
    ///
    /// - Parameters:
    ///   - format: at which speed to listen.
    ///   - span: for how long.
    /// - Returns: what came.
    /// - Throws: a sentence when the line is gone, `CancellationError`.
    public func listen(_ format: SerialSettings, for span: Duration) async throws -> [UInt8] {
        try await turns.take()
        defer { turns.end() }
        guard let line else { throw LineClosed(name: name) }
        if self.format != format {
            try line.apply(format)
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
