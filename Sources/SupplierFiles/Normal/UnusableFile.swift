/// A file that is known and of which nothing is taken: too coarse, of something else, or not described well enough to be
/// sure of what it says.
public enum UnusableFile: Sendable, Hashable, CaseIterable {
    /// The half hours of TotalEnergies, whose times may be their beginnings or their ends.
    case totalEnergies
    /// A curve with the date and the time in two columns, as of Strasbourg Électricité Réseaux: the same.
    case twoColumns
    /// Sums of months.
    case months
    /// Sums of spans of several days, as of Mint.
    case spans
    /// The largest power of each day.
    case maxima
    /// What panels produced.
    case panels
    /// The history of Home Assistant.
    case homeAssistant
    /// Days of which the file names both directions, and not which one it has.
    case bothDirections
}
