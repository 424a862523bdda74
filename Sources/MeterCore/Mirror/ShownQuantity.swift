/// A quantity that neighbours are shown: of a meter, or of the box itself.
public struct ShownQuantity: Sendable, Hashable {
    /// The name of the meter in the ledger, see `Subject.meter`; empty for the house and the box.
    public var meter: String
    /// The kind of the quantity.
    public var measure: Measure
    /// The register of the tariff, or the number of the phase; empty where there is only one.
    public var part: String

    public init(_ measure: Measure, of meter: String, part: String = "") {
        (self.meter, self.measure, self.part) = (meter, measure, part)
    }

    /// The name within its meter, which never changes: `import_wh`, `index_hchc_wh`, `v_2`.
    ///
    /// An energy and its power begin alike, by which Domoticz finds that they belong together.
    public var word: String {
        let word = measure.word
        guard !part.isEmpty else { return word }
        return measure == .index ? "\(word)_\(slug(of: part))_wh" : "\(word)_\(slug(of: part))"
    }

    /// The name by which a pattern of `only` chooses it: `linky.import_wh`, `box.age_s`.
    public var name: String { "\(meter.isEmpty ? "box" : meter).\(word)" }
}
