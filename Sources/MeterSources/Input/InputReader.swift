import MeterCore

/// Makes readings of the bytes that a source hears, live or recorded: both go through the same reader, so that they
/// cannot differ.
///
/// A reader waits for nothing, asks nobody and has no clock of its own, so that a recording gives the same readings.
protocol InputReader {
    /// Takes the next piece.
    ///
    /// - Parameters:
    ///   - bytes: as they came.
    ///   - label: the page, topic, property or file that they are.
    ///   - moment: of their arrival.
    /// - Returns: the readings that are complete with it.
    /// - Throws: a sentence that says why it cannot be used.
    mutating func take(_ bytes: [UInt8], _ label: String, at moment: Moment) throws -> [FieldReading]

    /// Takes what waits for more, when no more comes.
    mutating func finish(at moment: Moment) -> [FieldReading]
}

extension InputReader {
    /// Most readers keep nothing back.
    mutating func finish(at moment: Moment) -> [FieldReading] { [] }

    /// Plays a recording to its end.
    ///
    /// - Parameters:
    ///   - recording: of the source.
    ///   - receiver: takes the points.
    ///   - status: hears of good readings and of what cannot be used.
    /// - Throws: the error of reading the recording.
    mutating func play(
        _ recording: any Recording,
        into receiver: any PointReceiver,
        _ status: SourceStatus
    ) async throws {
        func hand(over readings: [FieldReading], at moment: Moment) {
            for reading in readings {
                if !reading.points.isEmpty || reading.held > 0 { status.didRead(at: moment.time, held: reading.held) }
                if !reading.problems.isEmpty { status.didFail(reading.problemsInWords, at: moment.time) }
                for point in reading.points { receiver.append(point) }
            }
        }
        var clock = RecordedClock()
        while let input = try await recording.next() {
            let moment = clock.moment(of: input.time)
            do {
                hand(over: try take(input.bytes, input.label, at: moment), at: moment)
            } catch {
                status.didFail("\(error)", at: moment.time)
            }
        }
        let end = clock.moment(of: nil)
        hand(over: finish(at: end), at: end)
    }
}
