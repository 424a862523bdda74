/// Decides what an inverter is asked, round by round, and what its answers are worth.
///
/// An answer does not say what it answers. A late one would be taken for the next, and every one after it, too: so the
/// last question of each round is the serial number, and a round that does not end with the right one is worth nothing.
/// What an inverter refuses for good is not asked again, which is how models differ.
public struct AuroraInterview: Sendable {
    /// How a round ended.
    public enum Outcome: Sendable, Equatable {
        case reading(AuroraReading)
        /// The answers do not belong to the questions.
        case outOfStep
        /// Another inverter answers than before, or the first one.
        case identified(AuroraIdentity, AuroraReading)
        /// The inverter did not say how it is.
        case nothing
    }

    private static let measures: [AuroraMeasure] = [
        .gridWatts, .gridVolts, .gridAmperes, .gridHertz, .input1Volts, .input1Amperes, .input2Volts, .input2Amperes,
    ]
    /// What changes slowly and is asked in every sixth round.
    private static let slowMeasures: [AuroraMeasure] = [.inverterCelsius, .insulationMegohms]
    private static let whoAreYou: [AuroraQuestion] = [
        .serialNumber, .partNumber, .version, .firmware, .manufacturingDate, .time,
    ]

    private let isGlobal: Bool
    private var refused: Set<AuroraQuestion> = []
    private var round = 0
    private var known: AuroraIdentity?
    /// Whether the next round asks who it is.
    private var isUnsure = true

    // The current round.
    private var asked = AuroraIdentity()
    private var serial: String?
    private var state: AuroraState?
    private var values: [AuroraMeasure: Float] = [:]
    private var total: UInt32?

    /// Makes an interview that has not begun.
    ///
    /// - Parameter isGlobal: whether the values of the whole plant are wanted, where there are such.
    public init(isGlobal: Bool = false) { self.isGlobal = isGlobal }

    /// Who the inverter is, once it has said so.
    public var identity: AuroraIdentity? { known }

    /// Begins a round.
    ///
    /// - Returns: what is to be asked, in this order.
    public mutating func begin() -> [AuroraQuestion] {
        asked = AuroraIdentity()
        (serial, state, values, total) = (nil, nil, [:], nil)
        var questions: [AuroraQuestion] = isUnsure ? Self.whoAreYou : []
        questions.append(.state)
        let measures = Self.measures + (round % 6 == 0 ? Self.slowMeasures : [])
        questions += measures.map { measure in
            // Command 59 knows few values of the whole plant.
            let isOfPlant = [.gridWatts, .gridVolts, .gridAmperes].contains(measure)
            return .measure(measure, isGlobal: isGlobal && isOfPlant)
        }
        questions += [.energy(.total), .serialNumber]
        round += 1
        return questions.filter { !refused.contains($0) }
    }

    /// Takes an answer to one of the questions.
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

    /// Ends a round in which all questions were answered, or refused.
    public mutating func end() -> Outcome {
        guard let state else { return .nothing }
        var reading = AuroraReading(state: state)
        reading.values = values
        reading.totalWattHours = total
        if isUnsure {
            guard serial == asked.serialNumber else { return .outOfStep }
            isUnsure = false
            guard asked.serialNumber != known?.serialNumber || known == nil else { return .reading(reading) }
            known = asked
            return .identified(asked, reading)
        }
        guard serial == known?.serialNumber else {
            isUnsure = true
            return .outOfStep
        }
        return .reading(reading)
    }

    /// Ends a round that could not be finished: who is there is asked again once something answers.
    public mutating func abandon() { isUnsure = true }
}
