/// Decides the questions to an inverter, round by round, and the worth of its answers.
///
/// An answer does not say what it answers. A late one would be taken for the next, and every one after it, too: so the
/// last question of each round is the serial number, and a round that does not end with the right one is worth nothing.
/// Nor is the one after it: answers that were one behind at its beginning may be in step at its end.
/// Questions that an inverter refuses for good are not asked again, which is how models differ.
public struct AuroraInterview: Sendable {
    /// The end of a round.
    public enum Outcome: Sendable, Equatable {
        /// Values of the inverter known so far.
        case reading(AuroraReading)
        /// The answers do not belong to the questions.
        case outOfStep
        /// They do again; whether all of this round did is not known.
        case inStepAgain
        /// Another inverter answers than before, or the first one.
        case identified(AuroraIdentity, AuroraReading)
        /// The inverter did not say how it is.
        case nothing
    }

    /// The measures of a whole round.
    private static let measures: [AuroraMeasure] = [
        .gridWatts, .gridVolts, .gridAmperes, .gridHertz, .input1Volts, .input1Amperes, .input2Volts, .input2Amperes,
        .inverterCelsius, .insulationMegohms,
    ]
    /// The questions to an inverter that is not known yet.
    private static let whoAreYou: [AuroraQuestion] = [
        .serialNumber, .partNumber, .version, .firmware, .manufacturingDate, .time,
    ]

    /// True when the values of the whole plant are wanted.
    private let isGlobal: Bool
    /// The questions that the inverter refused for good.
    private var refused: Set<AuroraQuestion> = []
    /// The inverter that answered last; `nil` before the first round that was in step.
    private var known: AuroraIdentity?
    /// True when the next round asks for the inverter's identity.
    private var isUnsure = true
    /// True when the round before ended out of step.
    private var wasOutOfStep = false

    // The current round.
    private var asked = AuroraIdentity()
    private var serial: String?
    private var state: AuroraState?
    private var values: [AuroraMeasure: Float] = [:]
    private var total: UInt32?

    /// Makes an interview that has not begun.
    ///
    /// - Parameter isGlobal: true for the values of the whole plant, where the inverter is the master of several.
    public init(isGlobal: Bool = false) { self.isGlobal = isGlobal }

    /// The inverter's identity, once it has said so.
    public var identity: AuroraIdentity? { known }

    /// True for a question that a round may go without: a measure that is no power.
    public static func isDetail(_ question: AuroraQuestion) -> Bool {
        if case .measure(let measure, _) = question { measure != .gridWatts } else { false }
    }

    /// Begins a round.
    ///
    /// - Returns: the questions in their order, without those that the inverter refused for good; the round is as good
    ///   without those for details.
    public mutating func begin() -> [AuroraQuestion] {
        asked = AuroraIdentity()
        (serial, state, values, total) = (nil, nil, [:], nil)
        var questions: [AuroraQuestion] = isUnsure ? Self.whoAreYou : []
        questions.append(.state)
        questions += Self.measures.map { measure in
            // Command 59 knows few values of the whole plant.
            let isOfPlant = [.gridWatts, .gridVolts, .gridAmperes].contains(measure)
            return .measure(measure, isGlobal: isGlobal && isOfPlant)
        }
        questions += [.energy(.total), .serialNumber]
        return questions.filter { !refused.contains($0) }
    }

    /// Takes an answer to one of the questions; one of another kind than asked for is left aside.
    public mutating func take(_ answer: AuroraAnswer, to question: AuroraQuestion) {
        switch (question, answer) {
        case (_, .refused(let refusal)):
            if refusal.isForGood, question != .state { refused.insert(question) }
        case (.serialNumber, .text(let text)):
            if isUnsure, asked.serialNumber == nil { asked.serialNumber = text }
            serial = text
        case (.partNumber, .text(let text)): asked.partNumber = text
        case (.version, .text(let text)): asked.model = AuroraModel(letters: text)
        case (.firmware, .text(let text)): asked.firmware = text
        case (.manufacturingDate, .text(let text)): asked.manufactured = text
        case (.time, .number(let seconds)): asked.clock = seconds
        case (.state, .state(let new)): state = new
        case (.measure(let measure, _), .value(let value)): values[measure] = value
        case (.energy(.total), .number(let wattHours)): total = wattHours
        default: break
        }
    }

    /// True when an answer is the inverter's serial number, as far as it has told it: then answers belong to questions.
    public func isSerialNumber(_ answer: AuroraAnswer) -> Bool {
        switch answer {
        case .text(let text): text == (isUnsure ? asked.serialNumber : known?.serialNumber)
        case .refused: refused.contains(.serialNumber)
        default: false
        }
    }

    /// Ends a round in which all questions were answered, or refused.
    ///
    /// - Returns: the values, or the reason why there are none.
    public mutating func end() -> Outcome {
        guard let state else { return .nothing }
        var reading = AuroraReading(state: state)
        reading.values = values
        reading.totalWattHours = total
        if isUnsure {
            guard serial == asked.serialNumber else {
                wasOutOfStep = true
                return .outOfStep
            }
            if wasOutOfStep {
                wasOutOfStep = false
                return .inStepAgain
            }
            isUnsure = false
            guard asked.serialNumber != known?.serialNumber || known == nil else { return .reading(reading) }
            known = asked
            return .identified(asked, reading)
        }
        guard serial == known?.serialNumber else {
            isUnsure = true
            wasOutOfStep = true
            return .outOfStep
        }
        return .reading(reading)
    }

    /// Ends a round that could not be finished: the next one asks for the identity again.
    ///
    /// - Parameter isOutOfStep: true when its answers did not belong to the questions.
    public mutating func abandon(isOutOfStep: Bool = false) {
        isUnsure = true
        if isOutOfStep { wasOutOfStep = true }
    }
}
