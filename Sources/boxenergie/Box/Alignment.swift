import MeterCore
import MeterNotation
import MeterProtocols
import MeterSources

/// A change of a pulse meter's total by `pulse set`, for the household's list of events.
struct Alignment: Sendable, Equatable {
    /// Instant of the change.
    var time: Timestamp
    /// Total before, in the unit of the meter's display: kWh, or m³ for water and gas.
    var before: Double
    /// Total after, in the same unit.
    var after: Double

    /// The numbers that a display can show, in kWh or m³, whoever gives the order.
    static let display = 0...1e9

    /// The event, in French, in the series of the ledger's own events.
    ///
    /// - Parameters:
    ///   - name: the name of the meter's source.
    ///   - unit: kWh or m³, as the meter's display shows it.
    ///   - tags: the tags of every point.
    /// - Returns: a point with the text `solaire : l'index passe de 12,3 à 12,5 kWh.`
    func event(of name: String, in unit: MeterRole.DisplayUnit, tags: [(String, String)]) -> Point {
        // Rounded to the thousandth, as a display shows totals.
        let change = [before, after].map { frenchNumber($0, decimals: 3, keepsZeros: false) }.joined(separator: " à ")
        let text = "\(name) : l'index passe de \(change) \(unit.rawValue)."
        return EnergyEvent(.meter, of: name, at: time.seconds, "Index aligné sur le compteur", text).point(tags: tags)
    }
}

// MARK: - While no daemon runs

extension Alignment {
    /// Key of a source's notes in the memory; no source has such a name, since names have no colon.
    private static func key(_ name: String) -> String { "\(name):aligned" }

    /// Leaves a note for the next start of the daemon, which makes the event of it.
    ///
    /// - Parameters:
    ///   - name: the name of the meter's source.
    ///   - memory: the memory of the sources; the caller saves it.
    func remember(of name: String, in memory: SourceMemory) {
        var all = Self.remembered(of: name, in: memory)
        var alignment = self
        // Two events of one second would be one in the database, and the last one would hide the first.
        if let last = all.last, last.time.seconds == time.seconds {
            alignment.before = last.before
            all.removeLast()
        }
        // Only the last 20 are kept: whoever aligns a meter a hundred times in a row wants to read of the last ones.
        let notes = (all + [alignment]).suffix(20).map(\.note)
        memory.remember(notes.joined(separator: " "), of: Self.key(name))
    }

    /// The notes that were left, oldest first, which are then forgotten.
    ///
    /// - Parameters:
    ///   - name: the name of the meter's source.
    ///   - memory: the memory of the sources.
    /// - Returns: an empty list when there are none; a damaged note is skipped.
    static func take(of name: String, from memory: SourceMemory) -> [Alignment] {
        defer { memory.forget(key(name)) }
        return remembered(of: name, in: memory)
    }

    /// The notes of a source, which stay where they are.
    private static func remembered(of name: String, in memory: SourceMemory) -> [Alignment] {
        (memory.text(of: key(name)) ?? "").split(separator: " ").compactMap { Alignment(note: $0) }
    }

    /// Seconds since 1970, total before and total after, separated by commas: `1764385570,12.3,12.5`.
    private var note: String { "\(time.seconds),\(before),\(after)" }

    /// Reads a note; `nil` unless it has three numbers and a time that a clock can have had (before the year 2242).
    private init?(note: Substring) {
        let words = note.split(separator: ",")
        guard words.count == 3, let seconds = Int64(words[0]), let before = Double(String(words[1])),
            let after = Double(String(words[2])), abs(seconds) < 1 << 33
        else { return nil }
        self.init(time: Timestamp(seconds: seconds), before: before, after: after)
    }
}

extension Daemon {
    /// Makes the events of alignments done while no daemon ran.
    func tellAlignments(from memory: SourceMemory) {
        for running in sources {
            guard let source = running.source.alignable else { continue }
            for alignment in Alignment.take(of: running.name, from: memory) {
                intake.append(alignment.event(of: running.name, in: source.unit, tags: running.context.tags))
            }
        }
    }
}
