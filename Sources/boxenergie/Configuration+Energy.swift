import MeterCore
import MeterSources

/// What the sources mean for the house's energy, as far as their settings tell.
extension Configuration {
    /// A source and its part of the file.
    typealias Entry = (source: ConfiguredSource, section: ConfigSection)

    /// What the house has of production.
    static func production(_ sources: [ConfiguredSource]) -> Production {
        let counts = sources.map { ($0.source as? any CountingSource)?.counts }
        let producing = zip(sources, counts).filter { $1?.contains(.production) == true }.map(\.0.name)
        return Production(sources: producing, isComplete: !counts.contains(nil))
    }

    /// For how many seconds each source says nothing while all is well.
    static func pauses(_ sources: [ConfiguredSource]) -> [String: Int64] {
        let known = sources.compactMap { source in
            (source.source as? any CountingSource).map { (source.name, $0.longestPause.components.seconds) }
        }
        return Dictionary(known) { first, _ in first }
    }

    /// Warns of meters that count what the Linky counts already: all of them are added up.
    static func warnOfDoubleCounting(_ entries: [Entry]) {
        for case let linky as TeleinfoSource in entries.map(\.source.source) {
            let name = entries.first { $0.source.source as? TeleinfoSource === linky }?.source.name ?? ""
            for entry in entries where !(entry.source.source is TeleinfoSource) {
                let counts = (entry.source.source as? any CountingSource)?.counts ?? []
                let both = counts.intersection(linky.counts ?? [])
                guard let role = [MeterRegister.Role.grid, .export].first(where: both.contains) else { continue }
                let what = role == .grid ? "draws from the grid" : "injects into the grid"
                let historique =
                    role == .export && linky.settings.mode == .auto
                    ? " (a Linky in mode historique counts no injection: if yours is one, write mode = \"historique\" in "
                        + "[source.\(name)])" : ""
                entry.section.report(
                    "what the house \(what) is counted twice: by \(name) and by \(entry.source.name), and their sum is "
                        + "stored; write role = \"consumption\" to measure it for itself only, or leave one of the two out"
                        + historique,
                    at: "role",
                    severity: .warning
                )
            }
        }
    }
}
