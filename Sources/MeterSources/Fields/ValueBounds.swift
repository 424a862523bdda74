import MeterCore
import MeterNotation

/// The values that a field can have.
struct ValueBounds: Sendable, Hashable {
    /// The verdict on a value.
    enum Verdict {
        /// It may be stored.
        case possible
        /// It is outside of the bounds that were set: the device has none, and says so in its own way.
        case none
        /// It cannot be true, whatever the device is, such as a charge of 255 %.
        case impossible
    }

    /// The setting `least`, in the stored unit; `nil` for no bound.
    private var least: Double?
    /// The setting `most`, in the stored unit; `nil` for no bound.
    private var most: Double?
    /// The field of the schema; `nil` for one of the user's own.
    private let field: Field?

    /// Reads the bounds of a field; problems go to the section's diagnostics.
    init(_ field: String, settings: ConfigSection) {
        least = settings.optionalNumber("least", "The smallest value that it can have, as it is stored; less is none.")
        most = settings.optionalNumber("most", "The largest value that it can have, as it is stored; more is none.")
        self.field = Field(rawValue: field)
        if let least, let most, least > most { settings.report("it is more than most", at: "least") }
    }

    /// Judges a value; what is no number is always possible.
    func judge(_ value: FieldValue) -> Verdict {
        guard let number = value.number else { return .possible }
        guard number >= least ?? -.infinity, number <= most ?? .infinity else { return .none }
        return field?.canBe(number) ?? true ? .possible : .impossible
    }
}
