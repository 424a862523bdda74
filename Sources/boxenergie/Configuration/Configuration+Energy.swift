import MeterCore
import MeterNotation

/// The sources' part in the house's energy, as far as their settings tell.
extension Ledger.Settings {
    /// Takes over what the sources declare of themselves.
    ///
    /// Production is complete only when every source says what it counts: one that finds out by itself whether it is an
    /// inverter leaves it open.
    ///
    /// - Parameter sources: all sources of the configuration.
    mutating func tell(of sources: [ConfiguredSource]) {
        let all = sources.map { (name: $0.name, declaration: $0.source.declaration) }
        production = Production(
            sources: all.filter { $0.declaration.counts?.contains(.production) == true }.map(\.name),
            isComplete: !all.contains { $0.declaration.counts == nil }
        )
        let hybrids = all.filter { $0.declaration.isHybrid }.map(\.name)
        storage = Storage(
            batteries: all.filter { $0.declaration.counts?.contains(.battery) == true }.map(\.name)
                .filter { !hybrids.contains($0) },
            hybrids: hybrids
        )
        pauses = Dictionary(all.map { ($0.name, $0.declaration.longestPause.components.seconds) }) { first, _ in first }
    }
}

extension Configuration {
    /// A source and its section of the file, in which problems are reported.
    typealias Entry = (source: ConfiguredSource, section: ConfigSection)

    /// Warns of meters that count what the distributor's meter counts already: they count for themselves only.
    ///
    /// Such a meter, a second one behind the Linky, would double the house's import or export.
    ///
    /// - Parameter entries: all sources; the warning comes at the `role` of the second meter.
    static func tellOfWitnesses(_ entries: [Entry]) {
        let all = entries.map { (name: $0.source.name, section: $0.section, declaration: $0.source.source.declaration) }
        guard let linky = all.first(where: \.declaration.readsDistributorsMeter) else { return }
        for other in all where !other.declaration.readsDistributorsMeter {
            let both = (other.declaration.counts ?? []).intersection(linky.declaration.counts ?? [])
            guard let role = [MeterRole.import, .export].first(where: both.contains) else { continue }
            let (own, house) = (Kind.quarterMeter.rawValue, Kind.quarterEnergy.rawValue)
            other.section.report(
                role == .import
                    ? "what the house draws from the grid is counted by \(linky.name); "
                        + "then \(other.name) counts for itself only, in \(own) and not in \(house)"
                    : "what the house injects into the grid is counted by \(linky.name) in mode standard; "
                        + "then \(other.name) counts for itself only, in \(own) and not in \(house)",
                at: "role",
                severity: .warning
            )
        }
    }
}
