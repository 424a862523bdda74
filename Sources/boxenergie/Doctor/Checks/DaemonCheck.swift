import MeterCore
import MeterNotation

/// Check of the running program: it answers and gets rid of its readings.
struct DaemonCheck: FileCheck {
    /// Shown under `Meters and readings`.
    let group = Finding.Group.readings
    /// Seconds without a point taken before that is wrong: 300, more than a flush and its retries take on a good day; where
    /// points wait on purpose, to be sent together, after that.
    private static let patience: Int64 = 300

    /// Asks nothing: the patient has the daemon's report.
    func look(at patient: Patient) -> [Finding] {
        guard let configuration = patient.configuration else { return [] }
        guard let report = patient.report else {
            return [
                .wrong(
                    "boxenergie",
                    "no running boxenergie answers, so the meters are not read",
                    patient.hasUnit("boxenergie.service")
                        ? "Start it: sudo systemctl restart boxenergie"
                        : "Start it: boxenergie run --config \(patient.file)",
                    "When it does not start: journalctl -u boxenergie -n 30"
                )
            ]
        }
        let age = inWords(seconds: max(0, patient.now - report.startedAt))
        let running = Finding.ok("boxenergie", "it has been running for \(age)")
        return [running]
            + report.outputs.sorted { $0.key < $1.key }.flatMap { name, output in
                judge(name, output, report, configuration)
            }
    }

    /// Judges one output: silence with batches that wait, a spool that is four fifths full, points that were lost.
    ///
    /// - Parameters:
    ///   - name: the output's name.
    ///   - output: its counts.
    ///   - report: the whole report, for its time.
    ///   - configuration: has the limit of the spool.
    /// - Returns: at least one finding, on the sending.
    private func judge(
        _ name: String,
        _ output: StatusReport.Output,
        _ report: StatusReport,
        _ configuration: Configuration
    ) -> [Finding] {
        let subject: Phrase = "to \(output.server)"
        var findings: [Finding] = []
        let silence = report.time - (output.lastWritten ?? report.startedAt)
        let queue = configuration.outputs.first { $0.name == name }?.queue
        let rest = queue?.sendEvery.map { $0.components.seconds } ?? 0
        if output.waitingBatches > 0, silence > Self.patience + rest {
            findings.append(
                .wrong(
                    subject,
                    "nothing could be sent for \(inWords(seconds: silence)); \(output.waitingBatches) batches wait"
                        + "\(output.lastError.map { ": \($0)" } ?? "")",
                    "Nothing is lost yet: it is sent as soon as the server takes it. See below, Database."
                )
            )
        } else if let last = output.lastWritten {
            let age = inWords(seconds: report.time - last)
            findings.append(.ok(subject, "\(output.pointsWritten) points sent, the last \(age) ago"))
        } else {
            findings.append(
                .note(subject, "nothing was sent yet", "Look again in a minute.", "boxenergie status shows more.")
            )
        }
        if let limit = queue?.spoolLimit, output.spoolBytes > limit / 5 * 4 {
            findings.append(
                .wrong(
                    "what waits for \(name)",
                    "its place is nearly full (\(inWords(bytes: Int64(output.spoolBytes)))): then the oldest is lost",
                    "Make the server take it, see below, Database; or save it: boxenergie spool export > readings.lp"
                )
            )
        }
        if output.pointsLost > 0 {
            let names = LostPoints(output.pointsLostBySource ?? [:]).inWords
            let sentence: Phrase =
                "\(output.pointsLost) points were lost so far, for want of room while the server was away"
                + "\(names.isEmpty ? "" : said("; since the start: \(names)"))"
            let advice: Phrase = "Give it more room: a larger limit for spool in [influx]. See: boxenergie sources"
            findings.append(.note("what was lost for \(name)", sentence, advice))
        }
        return findings
    }
}
