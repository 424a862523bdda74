import MeterNotation

/// The facts about the place, told when they change and once a day.
struct SiteBook: Sendable, Codable {
    private var told = SiteFacts()
    private var day: Int64?

    init() {}

    /// Takes the facts that a meter tells.
    ///
    /// - Returns: all that is known, when it should be told now.
    mutating func note(_ facts: SiteFacts, at time: Int64, _ calendar: LocalCalendar) -> SiteFacts? {
        let day = calendar.date(time).dayNumber
        var facts = facts
        // A meter names the register that counts, and the others by and by; those of another contract are others.
        if facts.contract == told.contract, let known = told.registers {
            facts.registers = known.merging(facts.registers ?? [:]) { $1 }
        }
        guard facts != told || day != self.day else { return nil }
        told = facts
        self.day = day
        return facts
    }
}
