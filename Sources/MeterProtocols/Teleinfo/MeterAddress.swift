/// The address of a meter, `ADCO` or `ADSC`: `CCAATTNNNNNN`, which is also its serial number.
///
/// Enedis-NOI-CPT_54E §6.2; the codes are those of the Euridis list CCTTV304A. It identifies a household: keep it
/// local.
public struct MeterAddress: Sendable, Hashable, CustomStringConvertible {
    /// The 12 digits.
    public let description: String
    /// The code of the maker, 0...99.
    public let constructor: Int
    /// The last two digits of the year of making, 0...99.
    public let yearOfCentury: Int
    /// The code of the kind of meter, 0...99; a hint only.
    public let type: Int
    /// The number among those of that maker, year and type, 0...999999.
    public let serial: Int

    /// Takes 12 digits apart, such as `041976123456`; `nil` for another text.
    public init?(_ text: String) {
        let digits = text.utf8.map { Int($0) - 48 }
        guard digits.count == 12, digits.allSatisfy({ 0...9 ~= $0 }) else { return nil }
        description = text
        constructor = digits[0] * 10 + digits[1]
        yearOfCentury = digits[2] * 10 + digits[3]
        type = digits[4] * 10 + digits[5]
        serial = digits[6...].reduce(0) { $0 * 10 + $1 }
    }

    /// The name of the maker; `nil` for a code that is not among the known ones.
    public var constructorName: String? {
        switch constructor {
        case 2: "Sagemcom"
        case 3, 6: "Itron"
        case 4: "Landis+Gyr"
        case 11: "Elster"
        default: nil
        }
    }

    /// True when the type is one of a Linky.
    public var isLinky: Bool { [61, 62, 63, 64, 67, 68, 70, 71, 75, 76].contains(type) }

    /// True when the type is one of a three-phase Linky.
    public var isThreePhaseLinky: Bool { [63, 71, 76].contains(type) }
}
