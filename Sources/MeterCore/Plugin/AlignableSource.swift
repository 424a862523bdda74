/// A meter whose total is ours, and can be made what its display shows.
public protocol AlignableSource: MeterSource {
    /// The unit of the display: kWh or m³.
    var unit: MeterRole.DisplayUnit { get }

    /// Makes the total what the meter's display shows, for good.
    ///
    /// - Returns: the total before, in `unit`.
    /// - Throws: `AlignmentError` when there is no total or it cannot be saved; then the total is as it was.
    func align(to value: Double, name: String, memory: SourceMemory) throws(AlignmentError) -> Double
}

extension AlignableSource {
    public var alignable: (any AlignableSource)? { self }
}
