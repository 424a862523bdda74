import MeterNotation

/// A range in words.
enum RangeText {
    /// `0 to 63`.
    case between(String, String)
    /// `at least 0`.
    case atLeast(String)
    /// `at most 63`.
    case atMost(String)

    /// The words for a range; nothing when it excludes nothing.
    init?<Bound>(_ range: ClosedRange<Bound>, least: Bound, most: Bound, _ text: (Bound) -> String) {
        switch (range.lowerBound == least, range.upperBound == most) {
        case (true, true): return nil
        case (true, false): self = .atMost(text(range.upperBound))
        case (false, true): self = .atLeast(text(range.lowerBound))
        case (false, false): self = .between(text(range.lowerBound), text(range.upperBound))
        }
    }

    /// As the documentation has it.
    var phrase: Phrase {
        switch self {
        case .between(let first, let last): "\(first) to \(last)"
        case .atLeast(let least): "at least \(least)"
        case .atMost(let most): "at most \(most)"
        }
    }

    /// A thing that is within the range: `a number from 0 to 63`.
    func of(_ thing: String) -> Phrase {
        switch self {
        case .between(let first, let last): "\(thing) from \(first) to \(last)"
        case .atLeast(let least): "\(thing) of at least \(least)"
        case .atMost(let most): "\(thing) of at most \(most)"
        }
    }
}
