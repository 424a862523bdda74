import MeterCore
import MeterNotation

/// The rules for line protocol of a device or a program: measurements, tags and times that it may send.
///
/// A line with a time of its own is a record, whose time is not the box's.
struct LineRules: Sendable {
    /// The sender: a program of the household may use any tags, a device only those that are named.
    enum Sender { case program, device }

    /// Maximum number of series of one device, 1000.
    ///
    /// More of them come from a tag that should be a field, and fill the database's memory.
    private static let mostSeries = 1000
    /// The earliest believable time in ns since 1970, 2001-01-01: clocks that were never set stand at 1970 or 2000.
    private static let earliest: Int64 = 978_307_200_000_000_000

    /// The allowed measurements by the names that lines give them; a setting `raw.piscine` allows `piscine`.
    private var measurements: [String: Measurement] = [:]
    /// The allowed tags; `nil` for any.
    private var tags: [String]?
    /// The unit of times, `precision`; nanoseconds by default.
    private var precision: Precision
    /// The setting `ahead`: how far ahead of now a time may be, 0 to 400 days, by default 1 h; more for forecasts.
    private var ahead: Duration

    /// The kinds of the schema among the measurements, whose lines tell something about the house's energy.
    var kinds: [Kind] { measurements.values.compactMap(Kind.init).filter { !$0.tellingFields.isEmpty } }

    /// The tags that tell the devices apart.
    ///
    /// - Parameter more: those of a topic.
    /// - Returns: `nil` where any tag does, since the household's programs may send all.
    func parts(with more: [String]) -> [String]? {
        tags.map { Subject.parts(among: $0 + more, without: []) }
    }

    /// Reads the rules; problems go to the section's diagnostics.
    ///
    /// - Parameters:
    ///   - settings: the source's section.
    ///   - sender: a device, or a program of the household.
    ///   - isUsed: true when line protocol comes at all.
    init(settings: ConfigSection, from sender: Sender, isUsed: Bool) {
        let names = settings.strings(
            "measurements",
            default: [],
            "For line protocol: the measurements that may come, each where it goes, such as \"raw.piscine\"."
        )
        if sender == .device {
            tags = settings.strings("tags", default: [], "For line protocol: the tags that may come.")
        }
        precision = settings.choice("precision", default: .nanoseconds, "For line protocol: the unit of its times.")
        ahead = settings.duration(
            "ahead",
            in: .zero ... .seconds(400 * 86_400),
            default: .seconds(3600),
            "For line protocol: how far ahead of now a time may be; more for forecasts."
        )
        for text in names {
            guard let measurement = Measurement(written: text) else {
                settings.report(
                    "\"\(text)\" is no measurement; expected one such as \"raw.piscine\"",
                    at: "measurements"
                )
                continue
            }
            if let reason = measurement.reasonAgainstReadings { settings.report("\(reason)", at: "measurements") }
            if measurements.updateValue(measurement, forKey: measurement.name) != nil {
                settings.report("each name once: the lines do not tell the policy", at: "measurements")
            }
        }
        for tag in tags ?? [] where ["site", "source", Series.boxTag, "time"].contains(tag) {
            settings.report("the box sets the tag \(tag) itself", at: "tags")
        }
        if isUsed, names.isEmpty {
            settings.reportMissing(
                "measurements: missing; the measurements that may come, such as [\"raw.piscine\"]",
                oneOf: ["measurements"]
            )
        }
        for key in ["measurements", "tags", "precision", "ahead"] where !isUsed && settings.contains(key) {
            settings.report("it is for the format line", at: key)
        }
    }

    /// The reading of lines: each line for itself, so that a bad one costs none of the others.
    ///
    /// - Parameters:
    ///   - bytes: lines, comments and empty lines.
    ///   - context: with the tags of the points.
    ///   - more: more tags, which lines cannot set otherwise.
    ///   - mark: a field that each point gets.
    ///   - now: dates a line without a time.
    ///   - known: the series so far.
    /// - Returns: the points in the order of their lines, and the lines that are not taken, by number and reason.
    /// - Throws: `PayloadError` when there is no line, or the tags make too many series.
    func reading(
        of bytes: [UInt8],
        _ context: SourceContext,
        tags more: [(String, String)] = [],
        mark: (String, FieldValue)? = nil,
        at now: Moment,
        known: inout Set<String>
    ) throws(PayloadError) -> FieldReading {
        var reading = FieldReading()
        var new: Set<String> = []
        for (number, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
        {
            let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            let first = line.first { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
            guard let first, first != UInt8(ascii: "#") else { continue }
            var parsed: ParsedLine
            do throws(LineProtocolError) {
                parsed = try LineProtocolReader.parse(line, precision: precision)
            } catch {
                reading.problems.append("line \(number + 1), \(error)")
                continue
            }
            if let reason = refusal(parsed, now.present) ?? Self.misfit(&parsed, measurements[parsed.measurement]) {
                reading.problems.append("line \(number + 1): \(reason)")
                continue
            }
            let impossible = Self.dropImpossible(&parsed, measurements[parsed.measurement])
            reading.problems += impossible.map { "line \(number + 1): \($0)" }
            guard !parsed.fields.isEmpty else { continue }
            // The box's own tags are not for lines to set.
            let own = parsed.tags.filter { tag in tag.0 != "source" && !context.tags.contains { $0.0 == tag.0 } }
            let words = own.sorted { $0.0 < $1.0 } + more
            let key = ([parsed.measurement] + words.map { "\($0.0)=\($0.1)" }).joined(separator: ",")
            if !known.contains(key) { new.insert(key) }
            let fields = parsed.fields.filter { $0.0 != mark?.0 } + (mark.map { [$0] } ?? [])
            let series = context.series(
                measurements[parsed.measurement] ?? Measurement(parsed.measurement),
                parts: Subject.parts(among: (own + more).map(\.0), without: context.tags.map(\.0)),
                tags: own + more,
                fields: fields.map(\.0)
            )
            var point = Point(series, at: parsed.time ?? now.time, fields.map(\.1))
            point.isRecord = parsed.time != nil
            reading.points.append(point)
        }
        guard !reading.points.isEmpty || !reading.problems.isEmpty else {
            throw PayloadError("there is no line with a reading")
        }
        guard known.count + new.count <= Self.mostSeries else {
            throw PayloadError(
                "its tags have more than \(Self.mostSeries) different values; what varies belongs into a field"
            )
        }
        known.formUnion(new)
        return reading
    }

    /// Brings the fields of a line to the types under which the schema stores them, so that one server takes them all.
    ///
    /// A whole number and a number with a fraction become each other, rounded; nothing else does.
    ///
    /// - Returns: the reason for which a field cannot be stored, as the end of a sentence; `nil` when all can.
    private static func misfit(_ line: inout ParsedLine, _ measurement: Measurement?) -> String? {
        guard let kind = measurement.flatMap({ Kind($0) }) else { return nil }
        for place in line.fields.indices {
            let (name, value) = line.fields[place]
            guard let type = Field(rawValue: name).flatMap({ kind.type(of: $0) }) else { continue }
            switch (type, value) {
            case (.integer, .integer), (.float, .float), (.boolean, .boolean), (.string, .string): continue
            case (.float, .integer(let number)): line.fields[place].1 = .float(Double(number))
            case (.integer, .float(let number)):
                guard let whole = Int64(exactly: number.rounded()) else {
                    return "\(name) is not between -2^63 and 2^63"
                }
                line.fields[place].1 = .integer(whole)
            default: return "the type of \(name) in \(kind.rawValue) is \(type.rawValue)"
            }
        }
        return nil
    }

    /// Leaves out numbers that cannot be true; the line's other fields are taken.
    ///
    /// - Returns: a sentence for each of them.
    private static func dropImpossible(_ line: inout ParsedLine, _ measurement: Measurement?) -> [String] {
        guard measurement.flatMap({ Kind($0) }) != nil else { return [] }
        var reasons: [String] = []
        line.fields.removeAll { name, value in
            guard let number = value.number, let field = Field(rawValue: name), !field.canBe(number) else {
                return false
            }
            reasons.append("\(name) is \(number), which it cannot be, and is left out")
            return true
        }
        return reasons
    }

    /// The reason for which a line is refused, as the end of a sentence; `nil` when it is taken.
    private func refusal(_ line: ParsedLine, _ present: Present) -> String? {
        guard measurements[line.measurement] != nil else {
            return "the measurement \(line.measurement) is not among measurements = [...] in the box's configuration"
        }
        if let tags, let tag = line.tags.first(where: { !tags.contains($0.0) }) {
            return "the tag \(tag.0) is not among tags = [...] in the box's configuration"
        }
        guard let time = line.time?.nanoseconds else { return nil }
        if time < Self.earliest {
            return "its time is before 2001; is its clock set, and precision = \"\(precision.rawValue)\" right?"
        }
        // A box that does not know the time yet cannot judge.
        if let latest = present.latest(ahead: ahead), time > latest.nanoseconds {
            return "its time is in the future; is its clock right, and precision = \"\(precision.rawValue)\"? "
                + "For forecasts write ahead = \"48h\""
        }
        return nil
    }
}
