import MeterCore

/// Decides which group is told what and when, without bus, clock or thread.
///
/// A bus carries 20 to 40 telegrams a second for the whole house: a value is told when it has changed by more than its dead
/// band, no more often than it should be, and all the same every ten minutes. Nothing queues: of each group there is the
/// latest value.
struct KNXSpeech {
    /// A group and what it was told.
    private struct Line {
        var group: KNXGroup
        /// Sees to it that a total never falls.
        var total = ToldTotal(after: nil)
        /// The value of now; `nil` while it is not known or out of range.
        var bytes: [UInt8]?
        var number: Double?
        /// The value that was told, `nil` before the first, or since knxd came back.
        var told: (bytes: [UInt8], number: Double?, at: Uptime)?
        var answeredAt: Uptime?
    }

    /// Seconds after which a value is told again though it is the same, unless it should be told still less often.
    private static let refresh = 600.0
    /// Seconds between two answers for one group.
    private static let calm = 1.0

    private let every: Double
    private let refresh: Double
    private var lines: [Line]

    init(_ settings: KNXSettings) {
        every = settings.every / .seconds(1)
        refresh = max(Self.refresh, every)
        lines = settings.groups.map { Line(group: $0) }
    }

    /// The groups whose value is known.
    var quantities: Int { lines.count { $0.bytes != nil } }

    /// Notes that knxd is there anew: every group is told its latest value once.
    mutating func connect() { for place in lines.indices { (lines[place].told, lines[place].answeredAt) = (nil, nil) } }

    /// Notes the values of now.
    mutating func note(_ values: [ShownValue]) {
        let byName = Dictionary(values.map { ($0.quantity.name, $0) }) { first, _ in first }
        for place in lines.indices {
            (lines[place].bytes, lines[place].number) = (nil, nil)
            guard let value = byName[lines[place].group.quantity] else { continue }
            let measure = value.quantity.measure
            let type = lines[place].group.type ?? KNXType(usual: measure)
            switch value.content {
            case .total(let total):
                let sum = lines[place].total.next(total, slack: measure.slack, perHour: measure.largestPerHour)
                lines[place].number = sum
            case .number(let number): lines[place].number = number
            case .text(let text): if type == .text { lines[place].bytes = KNXType.bytes(text) }
            case .unknown: break
            }
            if let number = lines[place].number, let factor = type.factor(measure.unit) {
                lines[place].bytes = type.bytes(number * factor)
                // Within its dead band it is the value that was told.
                if let told = lines[place].told, let before = told.number, abs(number - before) < measure.deadBand,
                    (number == 0) == (before == 0)
                {
                    lines[place].bytes = lines[place].bytes.map { _ in told.bytes }
                    lines[place].number = before
                }
            }
        }
    }

    /// The next group to be told, the one that has waited longest; `nil` when none is due.
    mutating func next(at now: Uptime) -> (address: KNXAddress, value: [UInt8])? {
        let due = lines.indices.filter { place in
            guard let bytes = lines[place].bytes else { return false }
            guard let told = lines[place].told else { return true }
            let age = now.seconds(since: told.at)
            return age >= refresh || (age >= every && bytes != told.bytes)
        }
        let oldest = due.min { one, other in
            (lines[one].told?.at.nanoseconds ?? .min) < (lines[other].told?.at.nanoseconds ?? .min)
        }
        guard let oldest, let bytes = lines[oldest].bytes else { return nil }
        lines[oldest].told = (bytes, lines[oldest].number, now)
        return (lines[oldest].group.address, bytes)
    }

    /// The answer to who asks for the value of a group; `nil` for none of ours, an unknown one, and one just answered.
    mutating func answer(_ address: KNXAddress, at now: Uptime) -> [UInt8]? {
        guard let place = lines.firstIndex(where: { $0.group.address == address }), let bytes = lines[place].bytes,
            lines[place].answeredAt.map({ now.seconds(since: $0) >= Self.calm }) ?? true
        else { return nil }
        lines[place].answeredAt = now
        return bytes
    }
}
