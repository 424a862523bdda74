import MeterCore

/// The steps of an exchange on the line: silence, the request, the answer.
extension Bus {
    /// The bytes after which it is no answer any more but noise without end.
    private static let mostBytes = 4096
    /// The longest frame of any protocol that has its place on a bus, in characters.
    ///
    /// An M-Bus frame has 261 (EN 13757-2), a Modbus one 256 (Modbus over serial line 1.02).
    private static let longestAnswer = 270

    /// Waits until the line is silent and has the device's format; for a second at most, since some lines never are.
    ///
    /// - Returns: the bytes that came although nothing was to come any more.
    func prepare(_ line: any BusLine, _ settings: BusSettings) async throws -> [UInt8] {
        if format != settings.format {
            try await line.apply(settings.format)
            format = settings.format
        }
        let quiet = lastUse + max(settings.pause, lastPause)
        if loop.now < quiet { try await loop.sleep(until: quiet) }
        lastPause = settings.pause
        let start = loop.now
        var silentSince = start
        let isExpected = isDirty
        var unexpected: [UInt8] = []
        while true {
            let bytes = try take(from: line)
            if !bytes.isEmpty {
                isDirty = true
                silentSince = loop.now
                if !isExpected { unexpected += bytes }
            }
            let end = silentSince + (isDirty ? settings.silence : .zero)
            let now = loop.now
            if end <= now || start.duration(to: now) > .seconds(1) { break }
            try await loop.waitUntilReadable(line.descriptor, until: end)
        }
        isDirty = false
        return unexpected
    }

    /// Sends the request.
    ///
    /// A line that takes nothing more is asked again every 5 ms, until the answer must have begun.
    ///
    /// - Returns: the time at which the answer must have begun.
    func send(_ request: [UInt8], _ line: any BusLine, _ settings: BusSettings) async throws -> Uptime {
        let deadline = loop.now + settings.timeout + settings.duration(of: request.count)
        var left = request[...]
        while true {
            left = left.dropFirst(try line.write(left))
            if left.isEmpty || loop.now >= deadline { break }
            try await loop.sleep(for: .milliseconds(5))
        }
        try recorder?(request, .now())
        return deadline
    }

    /// Takes what comes until it is an answer, cannot become one, or the time is over.
    ///
    /// It waits first: no device answers before its request is over, and a look at the line costs two system calls.
    /// Once it has begun, each piece gives the rest at least 200 ms more, within the time of two of the longest frames.
    func receive(
        _ talk: inout BusTalk,
        _ line: any BusLine,
        _ settings: BusSettings,
        _ start: Uptime,
        _ answer: ([UInt8]) -> AnswerState
    ) async throws -> BusTalk.Verdict {
        let last = start + settings.duration(of: 2 * Self.longestAnswer)
        var deadline = start
        while true {
            try await loop.waitUntilReadable(line.descriptor, until: deadline)
            let bytes = try take(from: line)
            let now = loop.now
            if !bytes.isEmpty {
                lastUse = now
                let verdict = talk.take(bytes, answer)
                if verdict != .incomplete { return verdict }
                // Once it has begun, the rest follows without longer gaps.
                deadline = min(max(deadline, now + .milliseconds(200) + settings.silence), last)
            }
            guard now < deadline, talk.skipped + talk.came.count < Self.mostBytes else { return .incomplete }
        }
    }

    /// Takes what has come, without waiting, and shows it to the recorder.
    func take(from line: any BusLine) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try withUnsafeTemporaryAllocation(byteCount: 512, alignment: 1) { buffer in
            while bytes.count < Self.mostBytes {
                let count = try line.read(into: buffer)
                bytes.append(contentsOf: buffer[..<count])
                // Looking once more would show that the other end closed, and lose what it had said.
                if count < buffer.count { break }
            }
        }
        if !bytes.isEmpty { try recorder?(bytes, .now()) }
        return bytes
    }
}
