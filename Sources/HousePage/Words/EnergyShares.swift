import MeterCore

/// Shares and sums of a day's or a month's energies; `nil` where a part is not known.
enum EnergyShares {
    /// The part of the production that was used in the house.
    static func ownUse(_ sums: [Field: Double]) -> Double? {
        guard let made = sums[.productionWh], made > 0, let injected = sums[.exportWh] else { return nil }
        return min(1, max(0, (made - injected) / made))
    }

    /// The part of the consumption that was not drawn from the grid.
    static func independence(_ sums: [Field: Double]) -> Double? {
        guard let used = sums[.consumptionWh], used > 0, let drawn = sums[.importWh], sums[.productionWh] != nil else {
            return nil
        }
        return min(1, max(0, (used - drawn) / used))
    }

    /// The Wh of the production that were used in the house.
    static func ownWattHours(_ sums: [Field: Double]) -> Double? {
        sums[.productionWh].flatMap { made in sums[.exportWh].map { max(0, made - $0) } }
    }

    /// The cost in €: energy and subscription without what was sold.
    static func euros(_ sums: [Field: Double]) -> Double? {
        guard let energy = sums[.eurImport] else { return nil }
        return energy + (sums[.eurSubscription] ?? 0) - (sums[.eurExport] ?? 0)
    }
}
