/// The facts about the place, told when they change and once a day.
struct SiteBook: Sendable, Codable {
    private var told = SiteFacts()
    private var day: Int64?

    init() {}

    /// Takes what a meter says.
    ///
    /// - Returns: all that is known, when it should be told now.
    mutating func note(_ facts: SiteFacts, at time: Int64, _ calendar: LocalCalendar) -> SiteFacts? {
        let day = calendar.date(time).dayNumber
        guard facts != told || day != self.day else { return nil }
        told = facts
        self.day = day
        return facts
    }
}

extension SiteFacts {
    /// The fields of `site_info`; numbers of persons and meters only by their last four digits, unless they may be shown.
    func fields(_ place: Ledger.Place) -> [(name: String, value: FieldValue?)] {
        func shown(_ number: String?) -> FieldValue? {
            number.map { number in
                guard !place.showsIdentity else { return .string(number) }
                return .string(String(repeating: "*", count: max(0, number.count - 4)) + number.suffix(4))
            }
        }
        return [
            ("prm", shown(prm)), ("name", place.name.map { .string($0) }), ("lat", place.latitude.map { .float($0) }),
            ("lon", place.longitude.map { .float($0) }), ("contract", contract.map { .string($0) }),
            ("tic_mode", mode.map { .string($0) }), ("pref_kva", subscribedKVA.map { .float($0) }),
            ("phases", phases.map { .integer(Int64($0)) }), ("meter", shown(meter)),
            ("tomorrow", .string(tomorrow ?? "")), ("stge_text", status.map { .string($0) }),
        ]
    }
}
