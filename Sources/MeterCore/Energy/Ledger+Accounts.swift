/// The accounts of registers.
extension Ledger {
    /// The accounts that a register is booked on.
    func accounts(of entry: TrackEntry) -> [Account] {
        memory.tracks.accounts(of: entry.register, entry.source, uncounted: memory.uncounted)
    }

    /// True for a hybrid inverter whose registers at its port are all that the house needs to know of it.
    func hasPort(_ source: Substring) -> Bool { memory.tracks.hasPort(source, uncounted: memory.uncounted) }
}

/// What a register counts for depends on the registers beside it.
///
/// Asked of these alone, and of each where it lies: this is done at each reading, and a copy of the books, or of an
/// entry, would cost more than all of it.
extension [Ledger.TrackEntry] {
    /// The accounts that a meter's register is booked on.
    ///
    /// - Parameters:
    ///   - register: the register, with its quantity.
    ///   - meter: the meter's name.
    ///   - uncounted: batteries of which the power is read and no register ever was.
    /// - Returns: them; none for what does not count for the house.
    func accounts(of register: MeterRegister, _ meter: String, uncounted: Set<String>?) -> [Account] {
        let isWitness =
            !register.isDistributors
            && indices.contains { self[$0].isDistributors == true && self[$0].quantity == register.quantity }
        let hasPort =
            switch register.quantity {
            case .production, .charge, .discharge, .portOut, .portIn:
                hasPort(Subject.source(ofMeter: meter), uncounted: uncounted)
            default: false
            }
        return Account.all(of: register, meter: meter, isWitness: isWitness, hasPort: hasPort)
    }

    /// True for a hybrid inverter whose registers at its port are all that the house needs to know of it; one without is
    /// what its panels and its battery say.
    ///
    /// Many ports count what they give and not what they take, as when the battery is charged in the cheap hours: what
    /// comes out of it later would count a second time. Without a battery such a register is enough.
    func hasPort(_ source: Substring, uncounted: Set<String>?) -> Bool {
        func counts(_ quantity: MeterRegister.Quantity) -> Bool {
            indices.contains { self[$0].quantity == quantity && Subject.source(ofMeter: self[$0].source) == source }
        }
        guard counts(.portOut) else { return false }
        if counts(.portIn) { return true }
        let isUncounted = uncounted?.contains { Subject.source(ofMeter: $0) == source } ?? false
        return !isUncounted && !counts(.charge) && !counts(.discharge)
    }
}
