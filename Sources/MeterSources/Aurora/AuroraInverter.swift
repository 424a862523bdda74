import Logging
import MeterCore
import MeterIO
import MeterNotation
import MeterProtocols

/// One inverter, with what was learnt about it round after round.
actor AuroraInverter {
    /// The way to put a question to the inverter, live or recorded.
    typealias Ask = @Sendable (AuroraQuestion) async throws(BusError) -> AuroraAnswer
    /// The doubts so far whether answers belong to their questions, see `BusDevice.doubts`.
    typealias Doubts = @Sendable () -> Int
    /// True when a question for a detail is put in this round, see `AuroraInterview.isDetail`.
    typealias Wants = @Sendable (AuroraQuestion) async -> Bool

    /// The log and the status of the source.
    private let context: SourceContext
    /// True when the values are those of the whole plant.
    private let isGlobal: Bool
    /// The questions of a round, and the identity behind the answers.
    private var interview: AuroraInterview
    /// Makes points of the readings.
    private var points: AuroraPoints
    /// Tells sleep from trouble.
    private var night = AuroraNight()
    /// The alarm of the last round, so that only a new one is logged.
    private var lastAlarm = AuroraAlarm.none
    /// Raised while the inverter cannot be read.
    private var alarm = Alarm()

    /// The doubts that the serial number settled last.
    private var settled = 0

    /// The most proofs for one question, 2: a line on which more are needed is not one to believe.
    private static let mostProofs = 2
    /// The sentence for answers that do not belong to the questions.
    private static let outOfStep =
        said("its answers do not belong to the questions; does another device or program use the line?")

    /// Begins with an inverter that was never heard.
    init(_ settings: AuroraSettings, context: SourceContext) {
        self.context = context
        isGlobal = settings.isGlobal
        interview = AuroraInterview(isGlobal: settings.isGlobal)
        points = AuroraPoints(settings.measurement, context: context)
    }

    /// Asks once.
    ///
    /// - Parameters:
    ///   - time: of the points.
    ///   - monotonic: the same on a clock that is never set back.
    ///   - wants: tells which details are asked.
    ///   - doubts: of the line; a recording has none.
    ///   - ask: puts a question, live or recorded.
    /// - Returns: the points to hand over; none when the inverter did not answer to the end.
    /// - Throws: `BusError` when the line is lost or the task is cancelled.
    func round(
        at time: Timestamp,
        monotonic: Uptime,
        wants: Wants,
        doubts: Doubts = { 0 },
        _ ask: Ask
    ) async throws(BusError) -> [Point] {
        do throws(BusError) {
            for question in interview.begin() {
                if AuroraInterview.isDetail(question), await !wants(question) { continue }
                guard let answer = try await answer(to: question, doubts, ask) else {
                    interview.abandon(isOutOfStep: true)
                    trouble(Self.outOfStep, at: time)
                    return []
                }
                interview.take(answer, to: question)
            }
        } catch {
            interview.abandon()
            return try failed(error, at: time, monotonic)
        }
        switch interview.end() {
        case .identified(let identity, let reading):
            introduce(identity)
            return try await took(reading, at: time, monotonic, ask)
        case .reading(let reading): return try await took(reading, at: time, monotonic, ask)
        case .outOfStep:
            trouble(Self.outOfStep, at: time)
            return []
        case .inStepAgain:
            context.status.beat()
            return []
        case .nothing:
            trouble(said("it does not tell its state"), at: time)
            return []
        }
    }

    /// The answer to a question, by which there is no doubt that it belongs to it.
    ///
    /// What came late may be one behind from there on: only the right serial number, at the first try, says no. Then the
    /// question is put once more, since its first answer may be that to the one before.
    ///
    /// - Returns: `nil` when the answers do not belong to the questions.
    private func answer(
        to question: AuroraQuestion,
        _ doubts: Doubts,
        _ ask: Ask
    ) async throws(BusError) -> AuroraAnswer? {
        var answer = try await ask(question)
        for _ in 0..<Self.mostProofs where doubts() != settled {
            if question == .serialNumber { interview.take(answer, to: question) }
            let before = doubts()
            guard interview.isSerialNumber(try await ask(.serialNumber)) else { return nil }
            if doubts() == before { settled = before }
            answer = try await ask(question)
        }
        return doubts() == settled ? answer : nil
    }

    /// Takes a complete reading; a new alarm is asked for its history.
    ///
    /// - Parameters:
    ///   - reading: complete, as the interview ended.
    ///   - time: of the point.
    ///   - monotonic: the same on a clock that is never set back.
    ///   - ask: puts the question about the last alarms.
    /// - Returns: the point.
    /// - Throws: `BusError` when the line is lost or the task is cancelled.
    private func took(
        _ reading: AuroraReading,
        at time: Timestamp,
        _ monotonic: Uptime,
        _ ask: Ask
    ) async throws(BusError) -> [Point] {
        if night.answered(reading) { context.logger.info("The inverter is awake") }
        if alarm.clear() { context.logger.notice("The inverter can be read again") }
        let before = points.held
        let point = points.point(of: reading, at: time, monotonic: monotonic)
        context.status.didRead(at: time, held: points.held - before)
        try await noteAlarm(reading.state.alarm, ask)
        return [point]
    }

    /// Logs a new alarm with the last ones before it.
    private func noteAlarm(_ new: AuroraAlarm, _ ask: Ask) async throws(BusError) {
        guard new != lastAlarm else { return }
        lastAlarm = new
        guard new != .none else {
            context.logger.notice("The inverter has no alarm any more")
            return
        }
        var history = ""
        do throws(BusError) {
            if case .alarms(let last) = try await ask(.lastAlarms) { history = "\(last.filter { $0 != .none })" }
        } catch {
            guard error.reason != .lineLost, error.reason != .cancelled else { throw error }
        }
        context.logger.warning("The inverter has an alarm", metadata: ["alarm": "\(new)", "last": "\(history)"])
    }

    /// Takes the identity, found at the beginning and after each silence, and logs it.
    private func introduce(_ identity: AuroraIdentity) {
        points.begin(identity)
        let texts = [
            identity.model.map { "\($0)" }, identity.partNumber, identity.serialNumber.map { "no. \($0)" },
            identity.firmware.map { "firmware \($0)" },
        ]
        let device = texts.compactMap { $0 }.joined(separator: ", ")
        context.status.update { $0.device = device }
        let clock = identity.clock.map { "\(AuroraClock(secondsSince2000: $0))" } ?? "unknown"
        context.logger.info("The inverter is", metadata: ["device": "\(device)", "clock": "\(clock)"])
    }

    /// Takes a round that failed.
    ///
    /// - Parameters:
    ///   - error: by which the round ended.
    ///   - time: of the point.
    ///   - monotonic: the same on a clock that is never set back.
    /// - Returns: a point with 0 W while it sleeps, else nothing.
    /// - Throws: `BusError` when the line is lost or the task is cancelled.
    private func failed(_ error: BusError, at time: Timestamp, _ monotonic: Uptime) throws(BusError) -> [Point] {
        switch error.reason {
        case .lineLost, .cancelled:
            // A line that is opened anew counts its doubts from the beginning.
            settled = 0
            throw error
        case .wrong:
            trouble("\(error)", at: time)
            return []
        case .silent, .resting: break
        }
        let isNew = night.silent(at: monotonic)
        switch night.condition {
        case .asleep:
            context.status.update { $0.state = "asleep" }
            if isNew { context.logger.info("The inverter is asleep") }
            return [points.asleep(at: time)]
        case .missing:
            let sentence = said("\(error); it fell silent although there was sun, or sleeps for longer than a night")
            if case .resting = error.reason { context.status.beat() } else { trouble(sentence, at: time) }
        case .unheard:
            let advice: Phrase =
                "at night that is usual; by day check the address on its display, and A and B of the line"
            context.status.update { status in
                status.state = "waiting"
                status.lastError = said("\(error) (never heard so far: \(advice))")
            }
            if isNew || alarm.raise("unheard") != nil {
                context.logger.notice("The inverter was not heard yet", metadata: ["advice": "\(advice)"])
            }
        case .awake, .waiting: context.status.beat()
        }
        return []
    }

    /// Notes a trouble, and logs it when it is a new one.
    private func trouble(_ sentence: String, at time: Timestamp) {
        context.status.didFail(sentence, at: time)
        if let repeats = alarm.raise(sentence) {
            context.logger.warning("The inverter cannot be read", reason: sentence, repeats: repeats)
        }
    }
}
