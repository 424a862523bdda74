import ArgumentParser
import FoundationEssentials
import MeterCore
import MeterNotation

/// `status`: shows the condition of the running daemon.
///
/// It asks the daemon and looks at nothing itself; `doctor` does.
struct Status: ParsableCommand {
    /// Abstract and example.
    static let configuration = CommandConfiguration(
        abstract: "Shows how the running boxenergie does, on one screen.",
        discussion: "EXAMPLE: boxenergie status --format json"
    )

    /// The configuration, for the daemon's socket.
    @OptionGroup var options: ConfigOption

    /// Form of the report.
    @OptionGroup var output: FormatOption

    /// Asks and prints.
    ///
    /// - Throws: a `CommandError` with code 69 when no daemon answers.
    func run() throws {
        let configuration = try Configuration.load(options.config)
        guard let report = StatusServer.ask(configuration) else {
            throw CommandError(
                "no running boxenergie answers at \(StatusServer.path(configuration)); is it started (boxenergie run), and is this its configuration?",
                exitCode: 69
            )
        }
        switch output.format {
        case .json: print(String(decoding: try JSONEncoder().encode(report), as: UTF8.self))
        case .text: show(report)
        }
    }

    /// Words for the clock in use.
    private static func sentence(_ basis: String) -> String {
        switch basis {
        case "box": "the box's own"
        case "meter": "the meter's, the box was never told the time"
        case "earlier": "not believed since it was set, what was right before goes on"
        default: "not set yet"
        }
    }

    /// The sources whose points were lost, behind their number; empty when nobody knows or none were.
    private func words(_ lost: [String: Int]?) -> String {
        guard let lost, !lost.isEmpty else { return "" }
        return " (since the start: \(LostPoints(lost).inWords))"
    }

    /// Prints a line; a text of a device or server cannot make it two.
    private func say(_ text: String) { print(onOneLine(text)) }

    /// Prints the report for a person; the clock only when it is not simply the box's own.
    private func show(_ report: StatusReport) {
        for (name, source) in report.sources.sorted(by: { $0.key < $1.key }) {
            let age = source.lastReading.map { "\(report.time - $0) s ago" } ?? "never"
            say("\(name): \(source.state), last reading \(age)\(source.device.map { ", \($0)" } ?? "")")
            say("  \(source.reads) readings, \(source.held) held until confirmed, \(source.reconnects) reconnections")
            let quality = source.quality.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
            if !quality.isEmpty { say("  line: " + quality.joined(separator: ", ")) }
            if let error = source.lastError, let time = source.lastErrorAt {
                say("  last trouble \(report.time - time) s ago: \(error)")
            }
        }
        if report.clock.basis != "box" || report.clock.jumps > 0 {
            say(
                "clock: \(Self.sentence(report.clock.basis)), set \(report.clock.jumps) times while running;"
                    + " \(report.clock.readingsWaiting) readings wait for a date,"
                    + " \(report.clock.readingsLost) lost\(words(report.clock.readingsLostBySource))"
            )
        }
        if let seconds = report.clock.meterSecondsAhead {
            let way = seconds > 0 ? "ahead" : "behind"
            say("the meter's clock is \(inWords(seconds: abs(seconds))) \(way), and is not followed")
        }
        if let today = report.card.writtenToday, let used = report.card.usedPercent {
            say("SD card: \(ByteCountText.format(Int(today))) written today by all programs, \(Int(used)) % full")
        }
        for (name, output) in report.outputs.sorted(by: { $0.key < $1.key }) {
            let written = output.lastWritten.map { "\(report.time - $0) s ago" } ?? "never"
            say("\(name), \(output.server): \(output.pointsWritten) points written, last \(written)")
            say(
                "  waiting: \(output.waitingBatches) batches, \(ByteCountText.format(output.spoolBytes)) in the spool;"
                    + " refused \(output.pointsRefused), lost \(output.pointsLost) points\(words(output.pointsLostBySource))"
            )
            if let error = output.lastError, let time = output.lastErrorAt {
                say("  last trouble \(report.time - time) s ago: \(error)")
            }
        }
        for (name, mirror) in (report.mirrors ?? [:]).sorted(by: { $0.key < $1.key }) {
            let told = mirror.lastTold.map { "\(report.time - $0) s ago" } ?? "never"
            say("\(name), \(mirror.place): \(mirror.isThere ? "shown" : "away"), last told \(told)")
            say("  \(mirror.quantities) quantities, \(mirror.messages) messages")
            if let error = mirror.lastError, let time = mirror.lastErrorAt {
                say("  last trouble \(report.time - time) s ago: \(error)")
            }
        }
    }
}
