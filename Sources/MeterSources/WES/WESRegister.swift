import MeterDocuments
import MeterNotation

/// The registers of a WES's clamps, whose unit follows the firmware.
///
/// V0.61D has whole watt-hours there, 0.84 kWh with three decimals: the decimal point tells them apart.
enum WESRegister {
    /// The text of a register in the unit that the configuration says.
    ///
    /// - Parameters:
    ///   - found: in the page.
    ///   - field: that it is for; only one of energy in Wh or kWh at `pince/INDEX…` or `pince/INJECT…` is changed.
    /// - Returns: the value with the decimal point where the configured unit has it.
    static func inConfiguredUnit(_ found: FoundValue?, _ field: FieldPlace) -> FoundValue? {
        let path = field.path.uppercased()
        guard field.isEnergy, path.contains("PINCE/INDEX") || path.contains("PINCE/INJECT"),
            case .text(let text)? = found, let number = NumberText(text)
        else { return found }
        let isDecimal = text.contains(".") || text.contains(",")
        switch (isDecimal, field.scale) {
        case (false, 1000):
            guard case .integer(let wattHours) = number, wattHours >= 0 else { return found }
            return .text("\(wattHours / 1000).\(String(1000 + wattHours % 1000).dropFirst())")
        case (true, 1): return Int64(exactly: (number.double * 1000).rounded()).map { .text("\($0)") } ?? found
        default: return found
        }
    }
}
