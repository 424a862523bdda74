import MeterCore
import MeterDocuments
import MeterIO
import MeterNotation

/// Makes readings of a broker's messages; of earlier messages it keeps only what is needed to judge the next one.
struct MQTTReader: InputReader {
    /// The result of a message.
    enum Outcome {
        /// The message was read; the reading may have problems only.
        case reading(FieldReading)
        /// The message is counted under this name, and nothing else comes of it.
        case leftOut(String)

        /// Empty for a message that was left out.
        var reading: FieldReading { if case .reading(let reading) = self { reading } else { FieldReading() } }
    }

    /// The count in the status of messages larger than `largest`.
    static let tooLarge = "messages too large"
    /// Maximum number of devices of one source, 200.
    ///
    /// With more of them a part of the topic is taken for a device's name and is none, such as a time or a number.
    private static let mostDevices = 200
    /// Maximum number of topics whose last message is remembered, 1000; with one more all are forgotten.
    private static let mostTopics = 1000
    /// The time in seconds within which an equal message is a repetition, sent again by the broker.
    private static let repetition = 1.0

    /// The settings of the source.
    private let settings: MQTTSettings
    /// The name, tags and log of the source.
    private let context: SourceContext
    /// The place where large documents are read.
    private let desk = ReadingDesk()
    /// The points of each device, by its tags as `name=value` in the order of the topic.
    private var points: [[String]: FieldPoints] = [:]
    /// The values of several topics that become one reading; `nil` without a profile.
    private var gathering: TopicGathering?
    /// The series seen in line protocol, which are limited in number.
    private var series: Set<String> = []
    /// The messages that may still be taken: `messages_per_second`, with ten seconds' worth at once.
    private var allowance: Allowance
    /// The hash of the last message on each topic, and the time at which it came.
    private var last: [String: (hash: Int, at: Uptime)] = [:]

    /// Begins with no device known.
    init(_ settings: MQTTSettings, _ context: SourceContext) {
        (self.settings, self.context) = (settings, context)
        let rate = Double(settings.messagesPerSecond)
        allowance = Allowance(perSecond: rate, most: 10 * rate)
        guard let topics = settings.gathered,
            case .fields(let map, let role, let kind, let place) = settings.payload.content
        else { return }
        gathering = TopicGathering(topics, FieldPoints(map.fields, role: role, kind: kind, place, context))
    }

    /// Takes a recorded message: its label is its topic, and it counts as not retained.
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
    ///   - isRetained: true when the broker kept it from before.
    ///   - moment: of its arrival.
    /// - Returns: its points and what could not be used, or why it was left out.
    /// - Throws: a sentence that says why it cannot be read.
    mutating func reading(
        of payload: UnsafeRawBufferPointer,
        on topic: String,
        isRetained: Bool,
        at moment: Moment
    ) throws -> Outcome {
        if let why = reasonToLeaveOut(topic, payload, isRetained, moment.uptime) { return .leftOut(why) }
        if let topics = settings.gathered, case .fields(let map, _, _, _) = settings.payload.content {
            let bytes = [UInt8](payload)
            let isNumber = settings.format == .number
            let found = try desk.readWaiting(bytes.count) { try topics.found(in: bytes, on: topic, map, isNumber) }
            return .reading(gathering?.take(found, on: topic, at: moment) ?? FieldReading())
        }
        let reading = try read(topic, [UInt8](payload), isRetained, at: moment)
        let isOfUse = !reading.points.isEmpty || !reading.problems.isEmpty || reading.held > 0
        return isOfUse ? .reading(reading) : .leftOut("messages of no use")
    }

    /// The reading of several topics that is complete by now; empty for none, and without a profile.
    mutating func due(at now: Uptime) -> FieldReading { gathering?.due(at: now) ?? FieldReading() }

    /// What was gathered when no more comes.
    mutating func finish(at moment: Moment) -> [FieldReading] { (gathering?.finish()).map { [$0] } ?? [] }

    /// The reason for which a message is not decoded, as a key of the status; `nil` when it is to be decoded.
    ///
    /// The cheap tests come first, so that a flood costs no parsing.
    ///
    /// - Parameters:
    ///   - topic: of the message.
    ///   - payload: of the message.
    ///   - isRetained: true when the broker kept it from before.
    ///   - now: the time on a clock that is never set back.
    /// - Returns: the name of the count in the status, such as `messages too large`.
    private mutating func reasonToLeaveOut(
        _ topic: String,
        _ payload: UnsafeRawBufferPointer,
        _ isRetained: Bool,
        _ now: Uptime
    ) -> String? {
        // An empty message deletes the retained one of its topic.
        if payload.isEmpty {
            gathering?.forget(topic)
            return "empty messages"
        }
        if isRetained, settings.retained == .skip { return "messages kept from before" }
        if payload.count > settings.largest { return Self.tooLarge }
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

    /// Decodes a message by the first pattern that matches its topic; the others are not tried.
    ///
    /// - Parameters:
    ///   - topic: of the message.
    ///   - payload: of the message.
    ///   - isRetained: true when the broker kept it from before.
    ///   - moment: of its arrival.
    /// - Returns: the reading; empty when no pattern fits or nothing in it is wanted.
    /// - Throws: `DocumentError` or `PayloadError` when the payload is not of the format, `ReadingError`.
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
                return try rules.reading(
                    of: payload,
                    context,
                    tags: tags,
                    mark: mark,
                    at: moment,
                    known: &series
                )
            case .fields(let map, let role, let kind, let measurement):
                // Most devices of a wildcard have nothing of what is wanted.
                let name = settings.format == .number ? match.field ?? FieldPlace.bareValue : nil
                if let name, !map.fields.contains(where: { $0.path == name }) { return FieldReading() }
                let found: [FoundValue?]
                if let name {
                    // The bare value is that of all fields with its name; the others have none in this message.
                    let text = String(decoding: payload, as: UTF8.self)
                    found = map.fields.flatMap(\.places).map { $0.path == name ? .text(text) : .null }
                } else {
                    found = try desk.readWaiting(payload.count) { try map.values(in: payload) }
                }
                let key = tags.map { "\($0.0)=\($0.1)" }
                // Taken out: what is changed in place is not copied.
                var device = try points.removeValue(forKey: key) ?? newPoints(map, role, kind, measurement, tags)
                defer { points[key] = device }
                let mark: FieldValue? = isRetained ? true : nil
                return device.reading(at: moment.time, monotonic: moment.uptime, marked: mark, found: found)
            }
        }
        return FieldReading()
    }

    /// The points of a device that is heard for the first time.
    ///
    /// - Parameters:
    ///   - map: of the wanted values.
    ///   - role: the meaning for the house.
    ///   - kind: of device, for the role production.
    ///   - measurement: that the points go to.
    ///   - tags: from the topic, which tell the device from others.
    /// - Returns: the points of the device.
    /// - Throws: `PayloadError` when there are too many devices.
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
