import MeterCore
import MeterNotation
import MeterProtocols
import MeterSources

/// What `pulse set` did to a meter's total, for the household's list of events.
struct Alignment: Sendable, Equatable {
    var time: Timestamp
    var before: Double
    var after: Double

    /// The event, in the series that the ledger's own events have.
    func event(of name: String, in unit: MeterRole.DisplayUnit, tags: [(String, String)]) -> Point {
        // As a display shows them, to the thousandth.
        let change = [before, after].map { frenchNumber($0, decimals: 3, keepsZeros: false) }.joined(separator: " à ")
        let text = "\(name) : l'index passe de \(change) \(unit.rawValue)."
        return EnergyEvent(.meter, of: name, at: time.seconds, "Index aligné sur le compteur", text).point(tags: tags)
    }
}

// MARK: - While no daemon runs

extension Alignment {
    /// No source is called so: names have no colon.
    private static func key(_ name: String) -> String { "\(name):aligned" }

    /// Leaves a note for the next start of the daemon.
    func remember(of name: String, in memory: SourceMemory) {
        var all = Self.remembered(of: name, in: memory)
        var alignment = self
        // Two events of one second would be one in the database, and the last one would hide the first.
        if let last = all.last, last.time.seconds == time.seconds {
            alignment.before = last.before
            all.removeLast()
        }
        // Who sets it a hundred times in a row wants to read of the last ones.
        let notes = (all + [alignment]).suffix(20).map(\.note)
        memory.remember(notes.joined(separator: " "), of: Self.key(name))
    }

    /// The notes that were left, which are then forgotten.
    static func take(of name: String, from memory: SourceMemory) -> [Alignment] {
        defer { memory.forget(key(name)) }
        return remembered(of: name, in: memory)
    }

    private static func remembered(of name: String, in memory: SourceMemory) -> [Alignment] {
        (memory.text(of: key(name)) ?? "").split(separator: " ").compactMap { Alignment(note: $0) }
    }

    private var note: String { "\(time.seconds),\(before),\(after)" }

    private init?(note: Substring) {
        let words = note.split(separator: ",")
        guard words.count == 3, let seconds = Int64(words[0]), let before = Double(String(words[1])),
            let after = Double(String(words[2])), abs(seconds) < 1 << 33
        else { return nil }
        self.init(time: Timestamp(seconds: seconds), before: before, after: after)
    }
}

extension Daemon {
    /// Tells what was aligned while no daemon ran.
    func tellAlignments(from memory: SourceMemory) {
        for running in sources {
            guard let source = running.source.alignable else { continue }
            for alignment in Alignment.take(of: running.name, from: memory) {
                intake.append(alignment.event(of: running.name, in: source.unit, tags: running.context.tags))
            }
        }
    }
}
