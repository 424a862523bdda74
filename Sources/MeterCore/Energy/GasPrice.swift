public import MeterNotation

/// The energy and the price of gas from a day on: a meter counts m³, a bill kWh.
public struct GasPrice: Sendable, Hashable {
    public var from: LocalDate
    /// kWh in a m³ as the bill has it, from 5 to 15: it depends on the gas, the pressure and the height of the place.
    public var kilowattHours: Double
    /// € with taxes for one kWh, from 0 to 5; `nil` when it is not told.
    public var price: Double?

    public init(from: LocalDate, kilowattHours: Double, price: Double? = nil) {
        (self.from, self.kilowattHours, self.price) = (from, kilowattHours, price)
    }
}

extension GasPrice {
    /// Decodes the tables `[gas.NAME]`; problems go to the diagnostics.
    static func read(_ root: ConfigSection) -> [GasPrice] {
        var prices: [GasPrice] = []
        for (name, section) in root.namedSections("gas") {
            let from = section.date("from", "The first day on which this counts, as \"2025-07-01\".")
            let energy = section.number(
                "kwh_per_m3",
                in: 5...15,
                "kWh in a m³ of gas, as the bill has it (coefficient de conversion)."
            )
            let price = section.optionalNumber("price", in: 0...5, "€ with taxes for one kWh.")
            if let price { section.tellOfCents(price, "price") }
            guard let date = from else { continue }
            if let other = prices.first(where: { $0.from == date }) {
                section.report("another price of gas begins on \(other.from), too; \(name) never counts", at: "from")
            }
            prices.append(GasPrice(from: date, kilowattHours: energy, price: price))
        }
        return prices
    }
}
