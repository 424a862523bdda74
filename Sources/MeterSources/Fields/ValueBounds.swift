import MeterCore

/// The values that a field can have; one outside is none.
struct ValueBounds: Sendable, Hashable {
    /// The setting `least`, in the stored unit; `nil` for no bound.
    private var least: Double?
    /// The setting `most`, in the stored unit; `nil` for no bound.
    private var most: Double?

    /// Reads the bounds of a field; problems go to the section's diagnostics.
    ///
    /// A state of charge is from 0 to 100 % unless told otherwise.
    init(_ field: String, settings: ConfigSection) {
        let isPercent = field == Field.socPercent.rawValue
        least = settings.optionalNumber("least", "The smallest value that it can have, as it is stored; less is none.")
        most = settings.optionalNumber("most", "The largest value that it can have, as it is stored; more is none.")
        if let least, let most, least > most { settings.report("it is more than most", at: "least") }
        if isPercent { (least, most) = (least ?? 0, most ?? 100) }
    }

    /// True for a value within the bounds, and for what is no number.
    func admit(_ value: FieldValue) -> Bool {
        let number: Double
        switch value {
        case .integer(let integer): number = Double(integer)
        case .float(let float): number = float
        default: return true
        }
        return number >= least ?? -.infinity && number <= most ?? .infinity
    }
}
