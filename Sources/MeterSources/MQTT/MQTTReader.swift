import MeterCore
import MeterDocuments

/// Makes readings of a broker's messages; nothing is kept of them but what tells the next one.
struct MQTTReader: InputReader {
    /// What came of a message.
    enum Outcome {
        case reading(FieldReading)
        /// The message is counted under this name, and nothing else comes of it.
        case leftOut(String)

        /// Empty for a message that was left out.
        var reading: FieldReading { if case .reading(let reading) = self { reading } else { FieldReading() } }
    }

    /// Devices that one source may have: more of them is a part of a topic that is no name of a device.
    private static let mostDevices = 200
    /// Topics whose last message is remembered.
    private static let mostTopics = 1000
    /// A message that is the same so soon is the same one, which the broker sent again.
    private static let repetition = 1.0

    private let settings: MQTTSettings
    private let context: SourceContext
    private var points: [[String]: FieldPoints] = [:]
    private var series: Set<String> = []
    private var allowance: Allowance
    /// What came last on each topic, and when.
    private var last: [String: (hash: Int, at: Uptime)] = [:]

    init(_ settings: MQTTSettings, _ context: SourceContext) {
        (self.settings, self.context) = (settings, context)
        let rate = Double(settings.messagesPerSecond)
        allowance = Allowance(perSecond: rate, most: 10 * rate)
    }

    /// The label of a recorded message is its topic; it was sent while it was recorded, and not kept from before.
    mutating func take(_ bytes: [UInt8], _ label: String, at moment: Moment) throws -> [FieldReading] {
        let outcome: Outcome
        do {
            outcome = try bytes.withUnsafeBytes { try self.reading(of: $0, on: label, isRetained: false, at: moment) }
        } catch {
            throw PayloadError("\(label): \(error)")
        }
        var reading = outcome.reading
        reading.problems = reading.problems.map { "\(label): \($0)" }
        return [reading]
    }

    /// The reading of a message.
    ///
    /// - Parameters:
    ///   - payload: of the message.
    ///   - topic: on which it came.
    ///   - isRetained: whether the broker kept it from before.
    ///   - moment: when it came.
    /// - Returns: its points and what could not be used, or why it was left out.
    /// - Throws: a sentence that says why it cannot be read.
    mutating func reading(
        of payload: UnsafeRawBufferPointer,
        on topic: String,
        isRetained: Bool,
        at moment: Moment
    ) throws -> Outcome {
        if let why = reasonToLeaveOut(topic, payload, isRetained, moment.uptime) { return .leftOut(why) }
        let reading = try read(topic, [UInt8](payload), isRetained, at: moment)
        let isOfUse = !reading.points.isEmpty || !reading.problems.isEmpty || reading.held > 0
        return isOfUse ? .reading(reading) : .leftOut("messages of no use")
    }

    private mutating func reasonToLeaveOut(
        _ topic: String,
        _ payload: UnsafeRawBufferPointer,
        _ isRetained: Bool,
        _ now: Uptime
    ) -> String? {
        // An empty message takes back what the broker keeps.
        if payload.isEmpty { return "empty messages" }
        if isRetained, settings.retained == .skip { return "messages kept from before" }
        if payload.count > settings.largest { return "messages too large" }
        guard allowance.take(at: now) else { return "messages too many" }
        var hasher = Hasher()
        hasher.combine(bytes: payload)
        let hash = hasher.finalize()
        if let last = last[topic], last.hash == hash, now.seconds(since: last.at) < Self.repetition {
            return "messages sent twice"
        }
        if last.count >= Self.mostTopics, last[topic] == nil { last.removeAll() }
        last[topic] = (hash, now)
        return nil
    }

    private mutating func read(
        _ topic: String,
        _ payload: [UInt8],
        _ isRetained: Bool,
        at moment: Moment
    ) throws -> FieldReading {
        for pattern in settings.topics {
            guard let match = pattern.match(topic) else { continue }
            let tags = Array(zip(pattern.tagNames, match.tags))
            switch settings.payload.content {
            case .lines(let rules):
                let mark: (String, FieldValue)? = isRetained ? ("retained", true) : nil
                let points = try rules.points(
                    in: payload,
                    context,
                    tags: tags,
                    mark: mark,
                    at: moment.time,
                    known: &series
                )
                return FieldReading(points: points)
            case .fields(let map, let role, let kind, let measurement):
                // Most devices of a wildcard have nothing of what is wanted.
                let name = settings.format == .number ? match.field ?? MQTTSettings.bareValue : nil
                if let name, !map.fields.contains(where: { $0.path == name }) { return FieldReading() }
                let document =
                    try name.map { name in
                        Document([FormValue(name: name, text: String(decoding: payload, as: UTF8.self))])
                    } ?? map.document(payload)
                let key = tags.map { "\($0.0)=\($0.1)" }
                var device = try points[key] ?? newPoints(map, role, kind, measurement, tags)
                defer { points[key] = device }
                let mark: FieldValue? = isRetained ? true : nil
                return device.reading(at: moment.time, monotonic: moment.uptime, marked: mark) { field in
                    if let name, field.path != name { return .null }
                    return field.place.flatMap { document.value(at: $0) }
                }
            }
        }
        return FieldReading()
    }

    private func newPoints(
        _ map: FieldMap,
        _ role: MeterRole,
        _ kind: DeviceKind,
        _ measurement: Measurement,
        _ tags: [(String, String)]
    ) throws(PayloadError) -> FieldPoints {
        guard points.count < Self.mostDevices else {
            throw PayloadError(
                "there are more than \(Self.mostDevices) devices; is each {name} in topics that of a device?"
            )
        }
        let mark = settings.retained == .mark ? "retained" : nil
        return FieldPoints(map.fields, role: role, kind: kind, measurement, context, tags: tags, mark: mark)
    }
}
