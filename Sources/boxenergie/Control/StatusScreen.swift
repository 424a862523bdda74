import MeterCore
import MeterNotation

/// The report of `status` for a person: what flows, today, the tariff, then each meter and each server.
///
/// The figures line up, and a line fits into 80 columns but for the words of others in it.
struct StatusScreen {
    /// The columns of a name, the longest there is; more than 20 are not waited for.
    private let width: Int
    private let report: StatusReport

    /// Takes a report.
    init(_ report: StatusReport) {
        self.report = report
        let names = [said("House"), said("Today"), said("Tariff"), said("Box"), said("Clock"), said("SD card")]
        width = min(
            20,
            (names + report.sources.keys + report.outputs.keys + (report.mirrors ?? [:]).keys).map(\.count).max() ?? 0
        )
    }

    /// The lines, each with the name of its thing in front, or blanks below it.
    var lines: [String] { house + box + sources + clock + card + outputs + mirrors }

    /// Lines about one thing, with its name before the first.
    private func about(_ name: String, _ lines: [String]) -> [String] {
        let title = said("\(name):")
        // French has a blank before the colon.
        let column = width + title.count - name.count + 1
        return lines.enumerated().map { number, line in
            let head = number == 0 ? title : ""
            return head + String(repeating: " ", count: max(1, column - head.count)) + line
        }
    }

    /// How long ago an instant was; `nil` is never.
    private func ago(_ time: Int64?) -> String {
        time.map { said("\(inWords(seconds: max(0, report.time - $0))) ago") } ?? said("never")
    }

    // MARK: - The house

    private var house: [String] {
        guard let house = report.house else { return [] }
        return about(said("House"), flows(house)) + about(said("Today"), today(house))
            + about(said("Tariff"), tariff(house))
    }

    /// What flows now; nothing of what no meter tells, or told too long ago.
    private func flows(_ house: HouseNow) -> [String] {
        let grid = house.grid?.watts.map { watts in
            watts < 0 ? said("\(Self.watts(-watts)) into the grid") : said("\(Self.watts(watts)) from the grid")
        }
        let battery = house.battery?.watts.map { watts in
            watts < 0 ? said("\(Self.watts(-watts)) into the battery") : said("\(Self.watts(watts)) from the battery")
        }
        let parts = [
            house.house?.watts.map { said("\(Self.watts($0)) used") },
            house.production?.watts.map { said("\(Self.watts($0)) from the sun") },
            grid, battery, house.chargePercent.map { said("charged to \(Int($0.rounded())) %") },
        ].compactMap { $0 }
        return Self.wrapped(parts)
    }

    /// What was counted since midnight, up to the last quarter of an hour that is whole.
    private func today(_ house: HouseNow) -> [String] {
        guard let sums = house.today?.sums else { return [] }
        func energy(_ field: Field, _ phrase: (String) -> Phrase) -> String? {
            sums[field].map { said(phrase(inWords(($0 / 10).rounded() / 100))) }
        }
        return Self.wrapped(
            [
                energy(.consumptionWh) { "\($0) kWh used" as Phrase },
                energy(.productionWh) { "\($0) kWh from the sun" as Phrase },
                energy(.importWh) { "\($0) kWh from the grid" as Phrase },
                energy(.exportWh) { "\($0) kWh into the grid" as Phrase },
            ].compactMap { $0 }
        )
    }

    /// The supplier's register that counts now, and its price.
    private func tariff(_ house: HouseNow) -> [String] {
        guard let price = house.price, let register = price.register else { return [] }
        let words = Self.hours(register).map { "\(register), \($0)" } ?? register
        return [price.euros.map { said("\(words): \(inWords($0)) € a kWh") } ?? words]
    }

    /// What a register's name means; `nil` for those that say nothing of hours.
    private static func hours(_ register: String) -> Phrase? {
        switch register {
        case "BASE": "one price"
        case "HC": "off-peak hours"
        case "HP": "full hours"
        case "HCJB": "off-peak hours of a blue day"
        case "HPJB": "full hours of a blue day"
        case "HCJW": "off-peak hours of a white day"
        case "HPJW": "full hours of a white day"
        case "HCJR": "off-peak hours of a red day"
        case "HPJR": "full hours of a red day"
        case "HN": "normal hours"
        case "PM": "mobile peak"
        default: nil
        }
    }

    private static func watts(_ watts: Double) -> String { frenchNumber(watts) + " W" }

    /// Parts on lines of 60 columns.
    private static func wrapped(_ parts: [String]) -> [String] {
        var lines: [String] = []
        for part in parts {
            if let last = lines.last, last.count + part.count < 58 {
                lines[lines.count - 1] = "\(last), \(part)"
            } else {
                lines.append(part)
            }
        }
        return lines
    }

    // MARK: - The box

    /// The identity, and what is wrong with it.
    private var box: [String] {
        guard let box = report.box else { return [] }
        var lines = [box.identity]
        if box.isCopied { lines.append(said("its state comes from another machine; see: boxenergie identity")) }
        if let problem = box.problem { lines.append(problem) }
        return about(said("Box"), lines)
    }

    private var sources: [String] {
        report.sources.sorted { $0.key < $1.key }.flatMap { name, source in
            var lines = [
                said("\(Self.state(source.state)), last reading \(ago(source.lastReading))")
                    + (source.device.map { ", \($0)" } ?? ""),
                said("\(source.reads) readings, \(source.held) held, \(source.reconnects) reconnections"),
            ]
            let quality = source.quality.sorted { $0.key < $1.key }.map { said(Self.quality($0.key, $0.value)) }
            if !quality.isEmpty { lines += Self.wrapped(quality) }
            return about(name, lines + trouble(source.lastError, source.lastErrorAt))
        }
    }

    /// A source's state in words.
    private static func state(_ state: String) -> Phrase {
        switch state {
        case "starting": "starting"
        case "reading": "reading"
        case "waiting": "waiting"
        case "stopped": "stopped"
        case "asleep": "asleep"
        default: Phrase(verbatim: state)
        }
    }

    private func trouble(_ error: String?, _ time: Int64?) -> [String] {
        guard let error, let time else { return [] }
        return [said("last trouble \(ago(time)): \(error)")]
    }

    /// The clock, when it is not simply the box's own.
    private var clock: [String] {
        let clock = report.clock
        var lines: [String] = []
        if clock.basis != "box" || clock.jumps > 0 {
            lines.append(said("\(Self.basis(clock.basis)), set \(clock.jumps) times while running"))
            lines.append(
                said("\(clock.readingsWaiting) readings wait for a date, \(clock.readingsLost) lost")
                    + sources(clock.readingsLostBySource)
            )
        }
        if let seconds = clock.meterSecondsAhead {
            let time = inWords(seconds: abs(seconds))
            lines.append(
                seconds > 0
                    ? said("the meter's clock is \(time) ahead, and is not followed")
                    : said("the meter's clock is \(time) behind, and is not followed")
            )
        }
        return about(said("Clock"), lines)
    }

    /// Words for the clock in use.
    private static func basis(_ basis: String) -> Phrase {
        switch basis {
        case "box": "the box's own"
        case "meter": "the meter's, the box was never told the time"
        case "earlier": "not believed since it was set, what was right before goes on"
        default: "not set yet"
        }
    }

    private var card: [String] {
        guard let today = report.card.writtenToday, let used = report.card.usedPercent else { return [] }
        let sentence = said("\(inWords(bytes: today)) written today by all programs, \(Int(used)) % full")
        return about(said("SD card"), [sentence])
    }

    private var outputs: [String] {
        report.outputs.sorted { $0.key < $1.key }.flatMap { name, output in
            let lines = [
                output.server,
                said("\(output.pointsWritten) points written, the last \(ago(output.lastWritten))"),
                said(
                    "waiting: \(output.waitingBatches) batches, \(inWords(bytes: Int64(output.spoolBytes))) on the disk"
                ),
                said("refused: \(output.pointsRefused), lost: \(output.pointsLost)")
                    + sources(output.pointsLostBySource),
            ]
            return about(name, lines + trouble(output.lastError, output.lastErrorAt))
        }
    }

    /// The neighbours that are shown the latest values.
    private var mirrors: [String] {
        (report.mirrors ?? [:]).sorted { $0.key < $1.key }.flatMap { name, mirror in
            let told = ago(mirror.lastTold)
            let lines = [
                mirror.isThere
                    ? said("\(mirror.place): shown, last told \(told)")
                    : said("\(mirror.place): away, last told \(told)"),
                said("\(mirror.quantities) quantities, \(mirror.messages) messages"),
            ]
            return about(name, lines + trouble(mirror.lastError, mirror.lastErrorAt))
        }
    }

    /// The sources whose points were lost, behind their number; empty when nobody knows or none were.
    private func sources(_ lost: [String: Int]?) -> String {
        guard let lost, !lost.isEmpty else { return "" }
        return said(" (since the start: \(LostPoints(lost).inWords))")
    }
}
