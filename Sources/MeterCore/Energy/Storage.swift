/// The batteries and the hybrid inverters of the house, as the configuration describes them.
///
/// One of them that was not heard yet is not 0 W: what the house uses is then not known.
public struct Storage: Sendable, Hashable {
    /// The sources that are batteries at the house's alternating current.
    public var batteries: [String]
    /// The sources that are hybrid inverters: the panels and the battery that they tell of are behind their ports.
    public var hybrids: [String]

    public init(batteries: [String] = [], hybrids: [String] = []) {
        self.batteries = batteries
        self.hybrids = hybrids
    }
}
