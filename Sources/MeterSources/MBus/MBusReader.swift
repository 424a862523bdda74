import MeterCore
import MeterProtocols

/// Makes the points of a meter's answers, live and from a recording alike.
struct MBusReader: Sendable {
    /// The result of an answer.
    struct Reading {
        /// The point; empty when the meter has none of the fields.
        var point: Point
        /// The fields that are not believed and left out of the point.
        var held: Set<String>
    }

    /// Makes points of complete answers.
    private let points: MBusPoints
    /// Judges the registers.
    private var gates: MBusGates
    /// True when this answer was asked for to confirm the one before.
    private var isRepeated = false

    /// Prepares the series and the gates.
    init(_ settings: MBusSettings, context: SourceContext) {
        points = MBusPoints(settings, context: context)
        gates = MBusGates(settings.fields)
    }

    /// Takes a complete answer.
    ///
    /// - Returns: the point; `nil` when a register was read for the first time: then another answer now confirms it,
    ///   since the next reading may be a day away.
    mutating func take(_ telegrams: [MBusTelegram], at moment: Moment) -> Reading? {
        let records = telegrams.flatMap(\.records)
        let judgement = gates.judge(records, of: telegrams.first?.header?.meter, at: moment.uptime)
        guard !judgement.isFirst || isRepeated else {
            isRepeated = true
            return nil
        }
        isRepeated = false
        let point = points.point(of: telegrams, at: moment.time, without: judgement.held)
        return Reading(point: point, held: judgement.held)
    }
}
