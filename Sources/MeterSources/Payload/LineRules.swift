import MeterCore

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
            if measurements.updateValue(measurement, forKey: measurement.name) != nil {
                settings.report("each name once: the lines do not tell the policy", at: "measurements")
            }
        }
        for tag in tags ?? [] where ["site", "source", "time"].contains(tag) {
            settings.report("the box sets the tag \(tag) itself", at: "tags")
        }
        if isUsed, names.isEmpty {
            settings.report("measurements: missing; the measurements that may come, such as [\"raw.piscine\"]")
        }
        for key in ["measurements", "tags", "precision", "ahead"] where !isUsed && settings.contains(key) {
            settings.report("it is for the format line", at: key)
        }
    }

    /// The points of lines, all or none.
    ///
    /// - Parameters:
    ///   - bytes: lines, comments and empty lines.
    ///   - context: with the tags of the points.
    ///   - more: more tags, which lines cannot set otherwise.
    ///   - mark: a field that each point gets.
    ///   - now: the time of a line without one.
    ///   - known: the series so far.
    /// - Returns: the points, in the order of their lines.
    /// - Throws: `PayloadError` with the number of the line.
    func points(
        in bytes: [UInt8],
        _ context: SourceContext,
        tags more: [(String, String)] = [],
        mark: (String, FieldValue)? = nil,
        at now: Timestamp,
        known: inout Set<String>
    ) throws(PayloadError) -> [Point] {
        var points: [Point] = []
        var new: Set<String> = []
        for (number, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
        {
            let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            let first = line.first { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
            guard let first, first != UInt8(ascii: "#") else { continue }
            let parsed: ParsedLine
            do throws(LineProtocolError) {
                parsed = try LineProtocolReader.parse(line, precision: precision)
            } catch {
                throw PayloadError("line \(number + 1), \(error)")
            }
            if let reason = refusal(parsed, now) { throw PayloadError("line \(number + 1): \(reason)") }
            // The box's own tags are not for lines to set.
            let own = parsed.tags.filter { tag in tag.0 != "source" && !context.tags.contains { $0.0 == tag.0 } }
            let words = own.sorted { $0.0 < $1.0 } + more
            let key = ([parsed.measurement] + words.map { "\($0.0)=\($0.1)" }).joined(separator: ",")
            if !known.contains(key) { new.insert(key) }
            let fields = parsed.fields.filter { $0.0 != mark?.0 } + (mark.map { [$0] } ?? [])
            let series = context.series(
                measurements[parsed.measurement] ?? Measurement(parsed.measurement),
                parts: Subject.usualParts + more.map(\.0).filter { !Subject.usualParts.contains($0) },
                tags: own + more,
                fields: fields.map(\.0)
            )
            var point = Point(series, at: parsed.time ?? now, fields.map(\.1))
            point.isRecord = parsed.time != nil
            points.append(point)
        }
        guard !points.isEmpty else { throw PayloadError("there is no line with a reading") }
        guard known.count + new.count <= Self.mostSeries else {
            throw PayloadError(
                "its tags have more than \(Self.mostSeries) different values; what varies belongs into a field"
            )
        }
        known.formUnion(new)
        return points
    }

    /// The reason for which a line is refused, as the end of a sentence; `nil` when it is taken.
    private func refusal(_ line: ParsedLine, _ now: Timestamp) -> String? {
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
        if now.nanoseconds > Self.earliest, Duration.nanoseconds(time - now.nanoseconds) > ahead {
            return "its time is in the future; is its clock right, and precision = \"\(precision.rawValue)\"? "
                + "For forecasts write ahead = \"48h\""
        }
        return nil
    }
}
