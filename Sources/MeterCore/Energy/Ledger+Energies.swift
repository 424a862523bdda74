/// The energies of a quarter that are made of its accounts.
extension Ledger {
    /// The final energies of a quarter that accounts count for, in Wh by field.
    func energies(of quarter: Quarter) -> [Field: Double] {
        var energies: [Field: Double] = [:]
        for account in Account.energies {
            guard let field = account.field, let value = quarter.final(account) else { continue }
            energies[field, default: 0] += value
        }
        return energies
    }

    /// The consumption of a quarter when it is first known, never less than 0; `nil` else.
    ///
    /// A register with coarse steps may count an energy a step later than it was used, and one that was silent has a
    /// gap's energy shared out evenly: what is missing in one quarter is taken from those after it, so that their sum
    /// is right. Steps owe no more than they are large, what is missing else is no rounding; an estimate owes it all.
    mutating func settledConsumption(of quarter: inout Quarter, _ due: [Account]) -> Double? {
        guard !Account.atTheHouse.isDisjoint(with: due), let consumption = consumption(of: quarter),
            quarter.settled.insert(.consumption).inserted
        else { return nil }
        let rest = consumption + (memory.owed ?? 0)
        let most = memory.tracks.reduce(Self.roundedEnergy) { sum, entry in
            let isEnergy = !Account.atTheHouse.isDisjoint(with: accounts(of: entry))
            return isEnergy ? sum + entry.track.largestStep(entry.quantity) : sum
        }
        let ofEstimates = (memory.owedByEstimates ?? 0) + (quarter.isEstimated ? min(0, consumption) : 0)
        memory.owed = rest < 0 ? max(rest, ofEstimates - most) : nil
        memory.owedByEstimates = memory.owed.map { max($0, ofEstimates) }.flatMap { $0 < 0 ? $0 : nil }
        quarter.sums[.consumption] = max(0, rest)
        return max(0, rest)
    }

    /// Import without export, and what inverters, batteries and the ports of hybrid inverters gave; in Wh.
    ///
    /// Known when all that the house has is known; a house without panels and batteries uses its import. Of a battery
    /// without registers nobody knows what it took.
    private func consumption(of quarter: Quarter) -> Double? {
        guard var used = quarter.final(.import) else { return nil }
        guard memory.uncounted?.allSatisfy({ hasPort(Subject.source(ofMeter: $0)) }) ?? true, areHybridsKnown else {
            return nil
        }
        let booked = Set(memory.tracks.flatMap { accounts(of: $0) })
        for (account, sign) in [(Account.charge, -1.0), (.discharge, 1), (.portIn, -1), (.portOut, 1)]
        where booked.contains(account) {
            guard let value = quarter.final(account) else { return nil }
            used += sign * value
        }
        let hasPorts = booked.contains(.portIn) || booked.contains(.portOut)
        let produced = quarter.final(.production)
        if let produced { used += produced }
        if produced != nil || hasPorts && !mayProduce(booked) {
            return quarter.final(.export).map { used - $0 }
        }
        guard !mayProduce(booked) else { return nil }
        guard memory.tracks.contains(where: { $0.quantity == .export && $0.track.value > 0 }) else { return used }
        // A battery may export, too.
        let hasBattery = booked.contains(.charge) || booked.contains(.discharge)
        return hasBattery ? quarter.final(.export).map { used - $0 } : nil
    }

    /// True when there is, or may be, an inverter without a port of its own.
    private func mayProduce(_ booked: Set<Account>) -> Bool {
        if booked.contains(.production) { return true }
        guard booked.contains(.portIn) || booked.contains(.portOut) else { return !settings.production.isNone }
        // A hybrid inverter that was found is the one that a source left open.
        return settings.production.sources.contains { !hasPort(Substring($0)) }
    }

    /// The energy of a quarter that was made in the house and used there, in Wh; `nil` where nothing is made.
    ///
    /// Behind a port it is used when the house gets it, not when it goes into the battery.
    func ownUse(of quarter: Quarter, _ consumption: Double) -> Double? {
        if let drawn = quarter.final(.import), quarter.final(.portOut) != nil { return max(0, consumption - drawn) }
        guard let made = quarter.final(.production), let injected = quarter.final(.export) else { return nil }
        return max(0, made - injected)
    }

    /// What the house used and no consumer's own meter counted, when it is first known; `nil` else.
    mutating func settledRest(of quarter: inout Quarter) -> Double? {
        guard let used = quarter.final(.consumption), let parts = quarter.final(.parts),
            quarter.settled.insert(.rest).inserted
        else { return nil }
        return used - parts
    }

    /// What hybrid inverters lost, when it is first known; `nil` else, and where one of them lacks a register.
    mutating func settledLoss(of quarter: inout Quarter) -> Double? {
        guard let given = quarter.final(.portOut), let taken = quarter.final(.portIn),
            let made = quarter.final(.portProduction), let charged = quarter.final(.portCharge),
            let discharged = quarter.final(.portDischarge), isLossKnown, quarter.settled.insert(.loss).inserted
        else { return nil }
        return made + discharged - charged - given + taken
    }

    /// True when each hybrid inverter with a register at its port has all the others, too.
    private var isLossKnown: Bool {
        hybrids.allSatisfy { $0.value.isSuperset(of: [.portOut, .portIn, .production, .charge, .discharge]) }
    }

    /// True when each hybrid inverter whose port does not tell all counts its panels and its battery.
    private var areHybridsKnown: Bool {
        hybrids.allSatisfy { hasPort($0.key) || $0.value.isSuperset(of: [.production, .charge, .discharge]) }
    }

    /// What is counted by each hybrid inverter with a register at its port.
    private var hybrids: [Substring: Set<MeterRegister.Quantity>] {
        var known: [Substring: Set<MeterRegister.Quantity>] = [:]
        for entry in memory.tracks {
            known[Subject.source(ofMeter: entry.source), default: []].insert(entry.quantity)
        }
        return known.filter { !$0.value.isDisjoint(with: [.portOut, .portIn]) }
    }
}
