public import MeterNotation

extension ConfigSection {
    /// The folder of Debian's package tzdata.
    private static let zones = "/usr/share/zoneinfo/"

    /// A time zone by its name, such as `Indian/Reunion`; `Europe/Paris` by default, and after an error.
    public func timeZone(_ key: String, _ help: Phrase) -> TimeZoneRules {
        let name = string(key, default: TimeZoneRules.paris.name, help)
        let isName = name.utf8.allSatisfy { $0 < 0x80 } && !name.hasPrefix("/") && !name.contains("..")
        let file = isName ? try? SmallFile.read(Self.zones + name, atMost: 1 << 20, onlyPlain: true) : nil
        if let rules = file.flatMap({ TimeZoneRules(name: name, file: $0) }) { return rules }
        if name != TimeZoneRules.paris.name {
            report(
                ZoneNames(in: Self.zones).nearest(to: name).map {
                    "this machine knows no time zone \"\(name)\"; \(Phrase.didYouMean($0))" as Phrase
                }
                    ?? "this machine knows no time zone \"\(name)\"; those that it knows are in \(Self.zones), "
                    + "from the package tzdata",
                at: key
            )
        }
        return .paris
    }
}
