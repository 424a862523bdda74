import Logging
import MeterCore
import MeterDocuments
import MeterIO
import Synchronization

/// Makes readings of a broker's messages.
///
/// Called on the client's thread, one message after the other; nothing is kept of them but what tells the next one.
final class MQTTIntake: Sendable {
    private struct State {
        var points: [[String]: FieldPoints] = [:]
        var series: Set<String> = []
        var allowance: Allowance
        /// What came last on each topic, and when.
        var last: [String: (hash: Int, at: Uptime)] = [:]
        var connection = Alarm()
        var content = Alarm()
        var hasConnected = false
        var counts: [String: Int] = [:]
    }

    /// Devices that one source may have: more of them is a part of a topic that is no name of a device.
    private static let mostDevices = 200
    /// Topics whose last message is remembered.
    private static let mostTopics = 1000
    /// A message that is the same so soon is the same one, which the broker sent again.
    private static let repetition = 1.0

    private let settings: MQTTSettings
    private let context: SourceContext
    private let receiver: any PointReceiver
    private let state: Mutex<State>

    init(_ settings: MQTTSettings, _ context: SourceContext, _ receiver: any PointReceiver) {
        (self.settings, self.context, self.receiver) = (settings, context, receiver)
        let rate = Double(settings.messagesPerSecond)
        state = Mutex(State(allowance: Allowance(perSecond: rate, most: 10 * rate)))
    }

    func hear(_ event: MQTTClient.Event) {
        switch event {
        case .connected:
            let (isNew, wasTrouble) = state.withLock { state in
                defer { state.hasConnected = true }
                return (!state.hasConnected, state.connection.clear())
            }
            if wasTrouble { context.logger.info("The broker answers again") }
            context.status.update { status in
                if !isNew { status.reconnects += 1 }
                status.state = "reading"
                status.device = settings.broker.map { "hears the broker at \($0)" }
            }
        case .failed(let sentence):
            context.status.didFail(sentence)
            guard state.withLock({ $0.connection.raise(sentence) != nil }) else { return }
            context.logger.warning("The broker cannot be heard; trying again", metadata: ["reason": "\(sentence)"])
        case .message(let topic, let payload, let isRetained): take(topic, payload, isRetained)
        }
    }

    /// Tells how many messages were left out, and why.
    func tellCounts() {
        let counts = state.withLock { $0.counts }
        context.status.update { status in
            for (why, count) in counts { status.quality[why] = count }
        }
    }

    private func take(_ topic: String, _ payload: UnsafeRawBufferPointer, _ isRetained: Bool) {
        let now = Timestamp.now()
        let outcome = state.withLock { state -> Result<FieldReading, any Error>? in
            if let why = reasonToLeaveOut(topic, payload, isRetained, &state) {
                state.counts[why, default: 0] += 1
                return nil
            }
            return Result { try read(topic, [UInt8](payload), isRetained, at: now, &state) }
        }
        guard let outcome else { return }
        switch outcome {
        case .failure(let error): note(["\(topic): \(error)"])
        case .success(let reading) where reading.points.isEmpty && reading.problems.isEmpty && reading.held == 0:
            state.withLock { $0.counts["messages of no use", default: 0] += 1 }
        case .success(let reading):
            note(reading.problems.map { "\(topic): \($0)" })
            guard !reading.points.isEmpty || reading.held > 0 else { return }
            context.status.didRead(at: now, held: reading.held)
            for point in reading.points { receiver.append(point) }
        }
    }

    private func reasonToLeaveOut(
        _ topic: String,
        _ payload: UnsafeRawBufferPointer,
        _ isRetained: Bool,
        _ state: inout State
    ) -> String? {
        // An empty message takes back what the broker keeps.
        if payload.isEmpty { return "empty messages" }
        if isRetained, settings.retained == .skip { return "messages kept from before" }
        if payload.count > settings.largest { return "messages too large" }
        let now = Uptime.now
        guard state.allowance.take(at: now) else { return "messages too many" }
        var hasher = Hasher()
        hasher.combine(bytes: payload)
        let hash = hasher.finalize()
        if let last = state.last[topic], last.hash == hash, now.seconds(since: last.at) < Self.repetition {
            return "messages sent twice"
        }
        if state.last.count >= Self.mostTopics, state.last[topic] == nil { state.last.removeAll() }
        state.last[topic] = (hash, now)
        return nil
    }

    private func read(
        _ topic: String,
        _ payload: [UInt8],
        _ isRetained: Bool,
        at now: Timestamp,
        _ state: inout State
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
                    at: now,
                    known: &state.series
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
                var points =
                    try state.points[key] ?? newPoints(map, role, kind, measurement, tags, known: state.points.count)
                defer { state.points[key] = points }
                let mark: FieldValue? = isRetained ? true : nil
                return points.reading(at: now, monotonic: .now, marked: mark) { field in
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
        _ tags: [(String, String)],
        known: Int
    ) throws(PayloadError) -> FieldPoints {
        guard known < Self.mostDevices else {
            throw PayloadError(
                "there are more than \(Self.mostDevices) devices; is each {name} in topics that of a device?"
            )
        }
        let mark = settings.retained == .mark ? "retained" : nil
        return FieldPoints(map.fields, role: role, kind: kind, measurement, context, tags: tags, mark: mark)
    }

    private func note(_ problems: [String]) {
        guard !problems.isEmpty else { return state.withLock { _ = $0.content.clear() } }
        let sentence = problems.joined(separator: "; ")
        context.status.update { status in
            status.errors += problems.count
            status.lastError = sentence
            status.lastErrorAt = Timestamp.now().seconds
        }
        guard state.withLock({ $0.content.raise(sentence) != nil }) else { return }
        context.logger.warning("Some values are left out", metadata: ["reason": "\(sentence)"])
    }
}
