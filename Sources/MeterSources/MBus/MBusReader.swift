import MeterCore
import MeterProtocols

/// Makes the points of a meter's answers, live and of a recording alike.
struct MBusReader: Sendable {
    /// What comes of an answer.
    struct Reading {
        /// Empty when the meter has none of the fields.
        var point: Point
        /// The fields that are not believed.
        var held: Set<String>
    }

    private let points: MBusPoints
    private var gates: MBusGates
    /// Whether the answer before asked for this one.
    private var isRepeated = false

    /// Prepares the series and the gates.
    init(_ settings: MBusSettings, context: SourceContext) {
        points = MBusPoints(settings, context: context)
        gates = MBusGates(settings.fields)
    }

    /// Takes a complete answer.
    ///
    /// - Returns: `nil` when a register was read for the first time: then another answer, now, is all that it takes, since
    ///   the next reading may be a day away.
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
