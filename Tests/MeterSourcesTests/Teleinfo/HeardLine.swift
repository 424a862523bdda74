import Logging
import MeterCore
import MeterProtocols

@testable import MeterSources

/// A meter's line as the box hears it: bytes in; points, and the events of the ledger behind them.
struct HeardLine {
    var ledger: Ledger
    private(set) var points: [Point] = []
    private(set) var events: [EnergyEvent] = []
    private var maker: TeleinfoPoints

    init(every: Duration = .seconds(10), ledger: Ledger = Ledger(Ledger.Settings()), knowing: String? = nil) {
        let context = SourceContext(name: "linky", tags: [("site", "s")], logger: Logger(label: "test"))
        maker = TeleinfoPoints(
            TeleinfoSettings(every: every),
            KnownMeter(.line, remembered: knowing),
            waits: true,
            context: context
        )
        self.ledger = ledger
    }

    /// What the box would remember of the meter.
    var known: String { maker.meter.text }

    /// The site facts known now.
    var site: SiteFacts { maker.meter.siteFacts() }

    /// The site facts that were told, in their order.
    var told: [SiteFacts] { points.compactMap { $0.remarks?.site } }

    /// Hears the frames in some bytes.
    mutating func hear(_ bytes: [UInt8], at second: Int64) {
        var frames: [TICFrame] = []
        var decoder = TICDecoder()
        decoder.push(bytes) { frames.append(copy $0) }
        decoder.finish { frames.append(copy $0) }
        for frame in frames { hear(frame, at: second) }
    }

    mutating func hear(_ frame: TICFrame, at second: Int64) {
        take(
            maker.points(
                of: frame,
                at: Timestamp(seconds: second),
                monotonic: Uptime(nanoseconds: second * 1_000_000_000)
            )
        )
    }

    mutating func hear(_ groups: [String], at second: Int64) { hear(TICText.frame(groups), at: second) }

    mutating func end() { take(maker.finish()) }

    private mutating func take(_ new: [Point]) {
        points += new
        for point in new { events += ledger.learn(point).events }
    }

    /// The titles of the events.
    var titles: [String] { events.map(\.title) }

    /// The values of a field, by the time of their points.
    func values(_ measurement: String, _ field: String, phase: Int? = nil) -> [Int64: FieldValue] {
        var values: [Int64: FieldValue] = [:]
        for point in points where point.series.measurement.name == measurement {
            guard phase == nil || point.series.subject.phase == phase else { continue }
            guard let place = point.series.fieldNames.firstIndex(of: field), let value = point.values[place] else {
                continue
            }
            values[point.timestamp.seconds] = value
        }
        return values
    }

    func last(_ measurement: String, _ field: String, phase: Int? = nil) -> FieldValue? {
        values(measurement, field, phase: phase).max { $0.key < $1.key }?.value
    }
}

/// Frames of a meter from groups as people write them.
enum TICText {
    /// A frame of groups `LABEL VALUE`, spaces for historique and tabs for standard; `!` before one damages it.
    static func frame(_ groups: [String]) -> [UInt8] { [0x02] + groups.flatMap(group) + [0x03] }

    static func group(_ text: String) -> [UInt8] {
        let isDamaged = text.first == "!"
        let body = isDamaged ? String(text.dropFirst()) : text
        let separator: Character = body.contains("\t") ? "\t" : " "
        let summed = [UInt8]((separator == "\t" ? body + "\t" : body).utf8)
        let sum = UInt8(summed.reduce(0) { $0 + Int($1) } & 0x3F) + 0x20
        return [0x0A] + [UInt8]((body + String(separator)).utf8) + [isDamaged ? (sum ^ 1) : sum, 0x0D]
    }
}
