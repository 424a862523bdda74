import MeterCore

/// Shares and sums of a day's or a month's energies; `nil` where a part is not known.
enum EnergyShares {
    /// The part of the sums by which they may differ from each other, and the Wh that are rounding.
    private static let tolerance = (share: 0.05, wattHours: 200.0)
    /// The most that hybrid inverters lose of what the panels make, and of what goes through the battery.
    private static let mostLost = (made: 0.1, stored: 0.3)

    /// The fields without which neither share can be told.
    static let ownUseFields: [Field] = [.productionWh, .exportWh]
    static let independenceFields: [Field] = [.consumptionWh, .importWh, .productionWh]

    /// False where some of the sums reach further than others: a meter that is read late, or was silent for hours.
    ///
    /// What comes in is what is used and what goes out.
    static func isWhole(_ sums: [Field: Double]) -> Bool {
        guard let used = sums[.consumptionWh], let drawn = sums[.importWh] else { return true }
        let (made, stored) = (sums[.productionWh] ?? 0, sums[.chargeWh] ?? 0)
        let given = sums[.dischargeWh] ?? 0
        let expected = drawn + made + given - (sums[.exportWh] ?? 0) - stored - (sums[.lossWh] ?? 0)
        let least = max(expected, used) * tolerance.share + tolerance.wattHours
        // Not all of them tell it.
        let lost = sums[.lossWh] == nil ? made * mostLost.made + (stored + given) * mostLost.stored : 0
        return used - expected <= least && expected - used <= least + lost
    }

    /// The part of the production that was used in the house.
    static func ownUse(_ sums: [Field: Double]) -> Double? {
        guard let made = sums[.productionWh], made > 0, let injected = sums[.exportWh], isWhole(sums) else {
            return nil
        }
        return min(1, max(0, (made - injected) / made))
    }

    /// The part of the consumption that was not drawn from the grid.
    static func independence(_ sums: [Field: Double]) -> Double? {
        guard let used = sums[.consumptionWh], used > 0, let drawn = sums[.importWh], sums[.productionWh] != nil,
            isWhole(sums)
        else { return nil }
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
