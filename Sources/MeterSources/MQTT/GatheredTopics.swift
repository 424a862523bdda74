import MeterCore
import MeterDocuments
import MeterNotation

/// The topics of a device whose messages become one reading together, and how long they are waited for.
struct GatheredTopics: Sendable {
    /// The places in the messages of each topic.
    let places: [String: [FieldPlace]]
    /// The beginning of all topics.
    let root: String
    /// The time in seconds from the first message to the reading.
    let gather: Double
    /// The time in seconds for which a value counts.
    let hold: Double
    /// The question without which the device falls silent.
    let question: (topic: String, every: Double)?

    /// Names the topics of a profile; problems go to the section's diagnostics.
    ///
    /// - Parameters:
    ///   - profile: of the device.
    ///   - map: its values, without those of parts that are not wanted.
    ///   - settings: of the source, which fill the places in braces.
    init(_ profile: MQTTProfile, _ map: FieldMap, settings: ConfigSection) {
        let own = settings.stringTable("parameters", "What places in braces of a profile's topics are filled with.")
        func filled(_ text: String) -> String {
            var text = text
            for (name, value) in own + profile.parameters { text = text.replacing("{\(name)}", with: value) }
            if text.contains("{") { settings.report("parameters: it must fill \(text)") }
            if text.contains(where: { "+#".contains($0) }) { settings.report("no wildcards", at: "parameters") }
            return text
        }
        for (name, _) in own where !(profile.root + (profile.question?.topic ?? "")).contains("{\(name)}") {
            settings.report("nothing has the place {\(name)}", at: "parameters")
        }
        let root = filled(profile.root)
        self.root = root
        question = profile.question.map { (filled($0.topic), $0.every / .seconds(1)) }
        gather = profile.gather / .seconds(1)
        hold = profile.hold / .seconds(1)
        places = Dictionary(grouping: map.fields.flatMap(\.places)) { Self.topic($0, root) }
    }

    /// The values in a message, by their paths; empty for a topic of which nothing is wanted.
    ///
    /// - Parameters:
    ///   - payload: of the message.
    ///   - topic: on which it came.
    ///   - map: the format of the messages.
    ///   - isNumber: true when a message is one value and no document.
    /// - Returns: the values.
    /// - Throws: `DocumentError` when it is not of the format.
    func found(
        in payload: [UInt8],
        on topic: String,
        _ map: FieldMap,
        _ isNumber: Bool
    ) throws(DocumentError) -> [String: FoundValue] {
        guard let places = places[topic] else { return [:] }
        let value = FormValue(name: FieldPlace.bareValue, text: String(decoding: payload, as: UTF8.self))
        let document = isNumber ? Document([value]) : try map.document(payload)
        var found: [String: FoundValue] = [:]
        for place in places { found[place.path] = place.place.flatMap { document.value(at: $0) } }
        return found
    }

    /// The whole topic of a place.
    static func topic(_ place: FieldPlace, _ root: String) -> String {
        place.topic.isEmpty ? root : "\(root)/\(place.topic)"
    }
}

/// Gathers the values of several topics, until they are one reading.
struct TopicGathering: Sendable {
    /// The topics, and how long they are waited for.
    private let topics: GatheredTopics
    /// Makes points of the values.
    private var points: FieldPoints
    /// The values of each topic by their paths, and the time at which they came.
    private var values: [String: (found: [String: FoundValue], at: Uptime)] = [:]
    /// The time of the first message since the last reading; `nil` while none came.
    private var since: Uptime?
    /// The time of the last message.
    private var last: Moment?

    /// Begins with nothing heard.
    init(_ topics: GatheredTopics, _ points: FieldPoints) { (self.topics, self.points) = (topics, points) }

    /// Takes a message.
    ///
    /// - Parameters:
    ///   - found: the values in it.
    ///   - topic: on which it came.
    ///   - moment: of its arrival.
    /// - Returns: the reading that was complete before it; empty for most messages.
    mutating func take(_ found: [String: FoundValue], on topic: String, at moment: Moment) -> FieldReading {
        guard topics.places[topic] != nil else { return FieldReading() }
        let before = due(at: moment.uptime)
        values[topic] = (found, moment.uptime)
        since = since ?? moment.uptime
        last = moment
        return before
    }

    /// Forgets the values of a topic, whose device has said by an empty message that it is gone.
    mutating func forget(_ topic: String) { values[topic] = nil }

    /// The reading that is complete by now; empty for none.
    mutating func due(at now: Uptime) -> FieldReading {
        guard let since, now.seconds(since: since) >= topics.gather else { return FieldReading() }
        return finish()
    }

    /// The reading of what was gathered, dated as the last message.
    mutating func finish() -> FieldReading {
        guard since != nil, let last else { return FieldReading() }
        since = nil
        return points.reading(at: last.time, monotonic: last.uptime) { place in
            guard let (found, at) = values[GatheredTopics.topic(place, topics.root)],
                last.uptime.seconds(since: at) <= topics.hold
            else { return nil }
            return found[place.path]
        }
    }
}
