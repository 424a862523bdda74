/// Conversion between units of the same kind, such as Wh and kWh.
///
/// Each unit of `units` is a multiple of its kind's first one: Wh, m³, W, m³/h, kg, s, V, A, Hz and bar.
public enum MBusConversion {
    /// The kinds of units; only units of one kind convert into each other.
    private enum Dimension { case energy, volume, power, flow, mass, time, voltage, current, frequency, pressure }

    /// A unit as a fraction of its kind's first one, so that a conversion rounds once.
    private struct Unit {
        var dimension: Dimension
        var numerator: Double
        var denominator: Double

        init(_ dimension: Dimension, _ numerator: Double, per denominator: Double = 1) {
            self.dimension = dimension
            self.numerator = numerator
            self.denominator = denominator
        }
    }

    private static let units: [String: Unit] = [
        "Wh": Unit(.energy, 1), "kWh": Unit(.energy, 1000), "MWh": Unit(.energy, 1e6),
        "J": Unit(.energy, 1, per: 3600), "kJ": Unit(.energy, 1000, per: 3600), "MJ": Unit(.energy, 1e6, per: 3600),
        "GJ": Unit(.energy, 1e9, per: 3600), "cal": Unit(.energy, 4.1868, per: 3600),
        "m³": Unit(.volume, 1), "l": Unit(.volume, 1, per: 1000), "ft³": Unit(.volume, 0.028316846592),
        "gal": Unit(.volume, 0.003785411784),
        "W": Unit(.power, 1), "kW": Unit(.power, 1000), "MW": Unit(.power, 1e6), "J/h": Unit(.power, 1, per: 3600),
        "m³/h": Unit(.flow, 1), "l/h": Unit(.flow, 1, per: 1000), "m³/min": Unit(.flow, 60), "m³/s": Unit(.flow, 3600),
        "gal/min": Unit(.flow, 0.22712470704), "gal/h": Unit(.flow, 0.003785411784),
        "kg": Unit(.mass, 1), "t": Unit(.mass, 1000),
        "s": Unit(.time, 1), "min": Unit(.time, 60), "h": Unit(.time, 3600), "d": Unit(.time, 86_400),
        "V": Unit(.voltage, 1), "mV": Unit(.voltage, 1, per: 1000), "A": Unit(.current, 1),
        "mA": Unit(.current, 1, per: 1000), "Hz": Unit(.frequency, 1), "bar": Unit(.pressure, 1),
        "mbar": Unit(.pressure, 1, per: 1000), "hPa": Unit(.pressure, 1, per: 1000),
    ]

    /// A unit as it is spelled here, of one spelled with letters and digits only: `m³/h` of `m3/h`.
    public static func spelled(_ unit: String) -> String {
        let parts = unit.split(separator: "/", omittingEmptySubsequences: false)
        return parts.map { $0 == "m3" ? "m³" : $0 == "ft3" ? "ft³" : String($0) }.joined(separator: "/")
    }

    /// True when values can be wanted in the unit, in this spelling.
    public static func isKnown(_ unit: String) -> Bool { units[unit] != nil }

    /// True for the units of energy.
    public static func isEnergy(_ unit: String) -> Bool { units[unit]?.dimension == .energy }

    /// The same amount in another unit; `nil` for a unit that is unknown or of another kind.
    ///
    /// Digits stay as the meter sent them where the units differ by a power of ten.
    static func convert(_ number: MBusNumber, from old: String, to new: String) -> MBusNumber? {
        guard let from = units[old], let to = units[new], from.dimension == to.dimension else { return nil }
        let (up, down) = (from.numerator * to.denominator, from.denominator * to.numerator)
        for power in -9...9 where MBusNumber.decimal(1, exponent: power).double == up / down {
            return number.scaled(by: power)
        }
        return .real(number.double * up / down)
    }
}
