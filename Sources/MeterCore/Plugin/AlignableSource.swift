/// A meter whose total is ours, and can be made what its display shows.
public protocol AlignableSource: MeterSource {
    /// What the display counts in.
    var unit: MeterRole.DisplayUnit { get }

    /// Makes the total what the meter's display shows, for good.
    ///
    /// - Returns: what it was before.
    /// - Throws: when it cannot be saved; then it is as it was.
    func align(to value: Double, name: String, memory: SourceMemory) throws(AlignmentError) -> Double
}

extension AlignableSource {
    public var alignable: (any AlignableSource)? { self }
}
