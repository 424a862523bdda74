import MeterCore
import MeterNotation

/// Check of each meter: it speaks, in time and clearly.
struct SourceCheck: FileCheck {
    /// Shown under `Meters and readings`.
    let group = Finding.Group.readings
    /// Seconds beyond the usual silence before a meter is missing: 300, as for the ledger's watch.
    private static let patience: Int64 = 300
    /// Share of damaged groups that is noted, in percent: one in a hundred is noise, one in ten is a bad cable.
    private static let noisy = 1.0
    /// Share of damaged groups that is wrong, in percent.
    private static let bad = 10.0

    /// Groups of one unknown label from which on it is no noise.
    private static let fewestUnknown = 10

    /// Looks at each source of the configuration in the daemon's report; nothing when no daemon answers.
    func look(at patient: Patient) -> [Finding] {
        guard let configuration = patient.configuration, let report = patient.report else { return [] }
        return configuration.sources.flatMap { source -> [Finding] in
            guard let state = report.sources[source.name] else {
                let advice: Phrase = "Let boxenergie read its configuration again: sudo systemctl reload boxenergie"
                return [.wrong("\(source.name)", "the running boxenergie does not know this source yet", advice)]
            }
            return [speech(source, state, report, configuration)] + quality(source, state) + labels(source, state)
        }
    }

    /// Judges the age of the last reading.
    ///
    /// An inverter may be silent while it is dark; a meter with an error that still was read in time is a note.
    ///
    /// - Parameters:
    ///   - source: the source.
    ///   - state: its counters.
    ///   - report: the whole report, for its time.
    ///   - configuration: has the usual silence of each meter, and the place of the sun.
    /// - Returns: one finding.
    private func speech(
        _ source: ConfiguredSource,
        _ state: SourceStatus.Snapshot,
        _ report: StatusReport,
        _ configuration: Configuration
    ) -> Finding {
        let wait = (configuration.energy.ledger.pauses[source.name] ?? 0) + Self.patience
        let isDark = configuration.energy.ledger.isTooDimToWork(at: report.time)
        let declaration = source.source.declaration
        let maySleep = declaration.counts?.contains(.production) ?? false && !declaration.isHybrid
        let reason = state.lastError.map { ": \($0)" } ?? ""
        let hasSpoken = state.lastReading != nil
        let age = report.time - (state.lastReading ?? report.startedAt)
        guard age > wait else {
            guard hasSpoken else {
                return .note(
                    "\(source.name)",
                    "it has not spoken since the start\(reason)",
                    "Look again in a few minutes."
                )
            }
            let sentence: Phrase = "it was read \(inWords(seconds: max(0, age))) ago"
            guard state.state == "waiting", let error = state.lastError else { return .ok("\(source.name)", sentence) }
            var finding = Finding.note("\(source.name)", "\(sentence), and cannot be read just now: \(error)")
            finding.advice = advice(source)
            return finding
        }
        if state.isAsleep || maySleep && isDark {
            return .ok(
                "\(source.name)",
                "it has been silent for \(inWords(seconds: age)), as inverters are without sun"
            )
        }
        let sentence: Phrase = hasSpoken ? "it has been silent for \(inWords(seconds: age))" : "it has never spoken"
        var finding = Finding.wrong("\(source.name)", sentence + "\(reason)")
        finding.advice = advice(source)
        return finding
    }

    /// The steps that the kind of meter declares, with the source's name filled in.
    private func advice(_ source: ConfiguredSource) -> [String] {
        source.source.declaration.advice.map { named($0, source) }
    }

    /// A piece of advice with the name of the source.
    private func named(_ advice: String, _ source: ConfiguredSource) -> String {
        advice.replacing("{source}", with: source.name)
    }

    /// Values that the meter sends under names that this program does not know; those that came once or twice are noise.
    private func labels(_ source: ConfiguredSource, _ state: SourceStatus.Snapshot) -> [Finding] {
        guard let prefix = source.source.declaration.lineQuality?.unknown else { return [] }
        let names = state.quality.keys.sorted().filter { name in
            name.hasPrefix(prefix + " ") && state.quality[name] ?? 0 >= Self.fewestUnknown
        }
        guard !names.isEmpty else { return [] }
        let list = names.map { said("\($0.dropFirst(prefix.count + 1)) (\(state.quality[$0] ?? 0) times)") }
        return [
            .note(
                "labels of \(source.name)",
                "the meter sends what boxenergie does not know: \(list.joined(separator: ", "))",
                "Nothing else is lost. A record of the line, with the box stopped for a minute, helps to add them:",
                Phrase(verbatim: named(Declaration.recording, source)),
                Phrase(verbatim: "sudo systemctl start boxenergie")
            )
        ]
    }

    /// Judges the line by its damaged groups; nothing for fewer than 100 groups, or a protocol without such counters.
    private func quality(_ source: ConfiguredSource, _ state: SourceStatus.Snapshot) -> [Finding] {
        guard let line = source.source.declaration.lineQuality else { return [] }
        let bad = line.damaged.reduce(0) { $0 + (state.quality[$1] ?? 0) }
        let all = bad + (state.quality[line.good] ?? 0)
        guard all >= 100 else { return [] }
        let share = Double(bad) / Double(all) * 100
        let sentence: Phrase = "\(inWords(rounded(share))) % of what comes is damaged (\(bad) of \(all) groups)"
        let subject: Phrase = "line of \(source.name)"
        guard share > Self.noisy else { return [.ok(subject, sentence)] }
        var finding = Finding.note(
            subject,
            sentence,
            "Use a short twisted pair, away from mains cables, and tighten its screws.",
            "A home-made adapter may need another resistor at its optocoupler."
        )
        if share > Self.bad { finding.grade = .wrong }
        return [finding]
    }
}
