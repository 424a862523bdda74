/// The production of the house, as the configuration describes it.
public struct Production: Sendable, Hashable {
    /// The sources that produce.
    public var sources: [String]
    /// True when these are all there are: a source that finds out by itself whether it is an inverter leaves it open.
    public var isComplete: Bool

    public init(sources: [String] = [], isComplete: Bool = false) {
        self.sources = sources
        self.isComplete = isComplete
    }

    /// True when the house is known to have no production that is measured.
    ///
    /// Then it is 0 W, which is known, and the consumption is the import, provided that the meter has never counted an
    /// export: one that has belongs to a house with panels that nobody measures, whose consumption is not known.
    /// Nothing is written as production: the house has none, and a dashboard says so.
    var isNone: Bool { sources.isEmpty && isComplete }
}
