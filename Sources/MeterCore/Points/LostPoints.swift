import MeterNotation

/// Points that were lost, by the source that they were of.
///
/// Those of the box itself, and those of which nobody knows whose they were, have an empty name.
public struct LostPoints: Sendable, Equatable {
    /// By the name of the source.
    public private(set) var bySource: [String: Int] = [:]

    /// Begins with some; with none by default.
    public init(_ bySource: [String: Int] = [:]) { self.bySource = bySource }

    /// All of them.
    public var total: Int { bySource.values.reduce(0, +) }

    /// For a person, most first: `plugs 1200, linky 7`.
    public var inWords: String {
        bySource.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { "\($0.key.isEmpty ? said("the box") : $0.key) \($0.value)" }.joined(separator: ", ")
    }

    /// Adds points of one source.
    mutating func add(_ count: Int, of source: String = "") {
        if count > 0 { bySource[source, default: 0] += count }
    }

    /// Adds others.
    mutating func add(_ others: LostPoints) { bySource.merge(others.bySource, uniquingKeysWith: +) }
}
