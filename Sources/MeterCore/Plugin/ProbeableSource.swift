/// A kind of meter that `boxenergie probe` can look for.
public protocol ProbeableSource: MeterSource {
    /// The ways to look for such meters in a place, the likeliest first; none when they cannot be there.
    ///
    /// - Parameters:
    ///   - place: a line, or the local network.
    ///   - scope: the addresses and speeds to try, and the time for an answer.
    /// - Returns: probes to be run one after the other.
    static func probes(of place: ProbePlace, _ scope: ProbeScope) -> [any MeterProbe]
}

extension ProbeableSource {
    public static var probeable: (any ProbeableSource.Type)? { self }
}
