/// The flows of the house in one slot of ten seconds, in W; what is not known is left out.
struct Flow: Sendable, Equatable {
    /// The start of the slot, in seconds since 1970.
    var time: Int64
    /// All that is produced; unknown while one source of several is.
    var production: Double?
    /// Import from the grid.
    var `import`: Double?
    /// Export into the grid; unknown with a meter that tells one direction only.
    var export: Double?
    /// Power that batteries take, 0 or more.
    var charge: Double?
    /// Power that batteries give, 0 or more.
    var discharge: Double?
    /// The state of charge of the house's only battery, in percent.
    var socPercent: Double?
    /// Power that hybrid inverters lose; known when all of their parts are.
    var loss: Double?
    /// Use of the house; known when all that the house has is.
    var consumption: Double?
    /// True when all that the consumption was made of was read within the slot: no change lies between.
    var isOfOneMoment = false

    /// True when nothing is known of the slot, which is not written then.
    var isEmpty: Bool {
        let values = [production, self.import, export, charge, discharge, socPercent, loss, consumption]
        return values.allSatisfy { $0 == nil }
    }
}
