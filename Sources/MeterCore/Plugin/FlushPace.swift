import MeterNotation

/// The time between two sendings of an output.
public enum FlushPace: Sendable, Equatable {
    /// Always the same time.
    case every(Duration)
    /// A minute while nobody looks at the readings, ten seconds while somebody does.
    ///
    /// Each sending costs the card about as much as what it holds: sixty readings at once a quarter of six times ten.
    case auto

    /// The time between two looks for what is due.
    var step: Duration { if case .every(let time) = self { time } else { .seconds(10) } }
    /// The longest time that a reading waits in memory.
    public var longest: Duration { if case .every(let time) = self { time } else { .seconds(60) } }
    /// The longest pause after failures: two minutes, and more where readings are sent seldom.
    ///
    /// Whoever sends each minute is in no hurry, and shares its server with many: after an outage they come back
    /// within these five minutes, and not within one.
    public var longestPause: Duration {
        if case .every(let time) = self { max(.seconds(120), time * 5) } else { .seconds(120) }
    }
}

extension ConfigSection {
    /// A time between two sendings: 1 to 600 s, or the word `auto` where the server tells who asks it.
    func pace(_ key: String, default fallback: FlushPace, allowsAuto: Bool, _ help: Phrase) -> FlushPace {
        let range = Duration.seconds(1) ... .seconds(600)
        guard allowsAuto else {
            return .every(duration(key, in: range, default: fallback.longest, help))
        }
        let setting = Setting(
            key,
            kind: "duration or \"auto\"",
            expected: "\"auto\" or a duration",
            range: .between(DurationText.format(range.lowerBound), DurationText.format(range.upperBound)),
            example: "10s",
            defaultText: quoted("auto"),
            isRequired: false,
            help: help
        )
        return read(setting, fallback: fallback) { node in
            if case .string("auto") = node.value { return .value(.auto) }
            return Self.conversion(of: node, range).map { .every($0) }
        } ?? fallback
    }
}
