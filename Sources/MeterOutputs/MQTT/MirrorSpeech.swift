import MeterCore

/// Decides what a broker is told, without broker, clock or thread.
///
/// When it is there anew everything is told: how each quantity is found, each value, and that the box is there. After
/// that a value is told when it has changed, no more often than it should be, and all the same every ten minutes.
struct MirrorSpeech {
    /// A thing to publish.
    struct Message: Equatable {
        var topic: String
        var text: String
        var isKept: Bool
    }

    /// A quantity that was told.
    private struct Line {
        var name: String
        var topic: String
        var total: ToldTotal?
        /// The text that was told; `nil` before the first, or since the broker came back.
        var text: String?
        /// The number behind it.
        var number: Double?
        var at = Uptime.now
    }

    /// Seconds for which a broker may keep us waiting for what it keeps.
    private static let patience = 5.0
    /// Seconds after which the values of an earlier run that nobody has any more are taken back.
    private static let mourning = 180.0
    /// Seconds between two looks at all values, at most.
    private static let look = 10.0
    /// Seconds after which a value is told again though it is the same, unless it should be told still less often:
    /// Domoticz takes it for dead otherwise.
    private static let refresh = 600.0
    /// Seconds between two introductions that others ask for.
    private static let calm = 10.0
    /// What others take for "not known"; an empty text would be ignored.
    private static let unknown = "None"

    private let topics: MirrorTopics
    private let settings: MQTTMirrorSettings
    private let site: String
    private let release: String
    private let every: Double
    private let refresh: Double

    private var lines: [ShownQuantity: Line] = [:]
    /// What was told before this run; `nil` until it is known that the broker keeps nothing.
    private var earlier: MirrorMemory?
    private var told = MirrorMemory()
    /// What the broker keeps of that; `nil` when it may keep nothing.
    private var kept: MirrorMemory?
    /// The names that an earlier run told and this one has not.
    private var orphans: Set<String> = []
    private var connectedAt: Uptime?
    private var introducedAt: Uptime?
    private var isIntroduced = false
    private var lookedAt: Uptime?

    init(_ settings: MQTTMirrorSettings, _ topics: MirrorTopics, site: String, release: String) {
        (self.settings, self.topics, self.site, self.release) = (settings, topics, site, release)
        every = settings.every / .seconds(1)
        refresh = max(Self.refresh, every)
    }

    /// The quantities that were told.
    var quantities: Int { lines.count }

    /// Notes that the broker is there anew; what it keeps may be nothing.
    mutating func connect(at now: Uptime) {
        connectedAt = now
        introduceAnew()
    }

    /// Hears a message of the topics that are heard.
    mutating func hear(_ topic: String, _ text: UnsafeRawBufferPointer, at now: Uptime) {
        if topic == topics.memory {
            guard earlier == nil, let memory = MirrorMemory(text) else { return }
            remember(memory)
        } else if topic == topics.greeting, text.elementsEqual("online".utf8) {
            // Home Assistant and Domoticz both say so when they have started, and then know nothing.
            if introducedAt.map({ now.seconds(since: $0) >= Self.calm }) ?? true { introduceAnew() }
        }
    }

    private mutating func introduceAnew() {
        isIntroduced = false
        lookedAt = nil
        for quantity in lines.keys { lines[quantity]?.text = nil }
    }

    private mutating func remember(_ memory: MirrorMemory) {
        earlier = memory
        orphans = memory.live
        told.totals = memory.totals
    }

    /// Seconds until it is time to look at the values; 0 or less when it is.
    func pause(at now: Uptime) -> Double {
        guard let connectedAt else { return 1 }
        // What the broker keeps comes at any moment.
        if earlier == nil, now.seconds(since: connectedAt) < Self.patience { return 1 }
        return lookedAt.map { min(every, Self.look) - now.seconds(since: $0) } ?? 0
    }

    /// The messages of now; call it only when it is time to.
    mutating func next(_ values: [ShownValue], at now: Uptime) -> [Message] {
        lookedAt = now
        if earlier == nil { remember(MirrorMemory()) }
        var announcements: [Message] = []
        var messages: [Message] = []
        for value in values {
            if lines[value.quantity] == nil {
                guard value.content != .unknown else { continue }
                begin(value)
            }
            if !isIntroduced || lines[value.quantity]?.text == nil, let message = announcement(of: value.quantity) {
                announcements.append(message)
            }
            if let message = message(value, at: now) { messages.append(message) }
        }
        takeBack(whatIsNotIn: values, &messages, at: now)
        if !orphans.isEmpty, let connectedAt, now.seconds(since: connectedAt) >= Self.mourning {
            for name in orphans.sorted() { messages.append(message(topics.value(name), Self.unknown)) }
            orphans = []
        }
        if !isIntroduced {
            messages.append(Message(topic: topics.presence, text: "online", isKept: true))
            (isIntroduced, introducedAt) = (true, now)
            kept = nil
        }
        guard kept != told else { return announcements + messages }
        kept = told
        // Before the totals that it covers: whatever ends the box, what was told is remembered.
        return announcements + [Message(topic: topics.memory, text: told.text, isKept: true)] + messages
    }

    private mutating func begin(_ value: ShownValue) {
        let name = topics.name(of: value.quantity)
        var line = Line(name: name, topic: topics.value(name))
        if value.quantity.measure.isTotal {
            line.total = ToldTotal(after: earlier?.totals[name])
        } else {
            told.live.insert(name)
            orphans.remove(name)
        }
        lines[value.quantity] = line
    }

    private func announcement(of quantity: ShownQuantity) -> Message? {
        topics.announcement(of: quantity).map { topic in
            let entity = HomeAssistantEntity(quantity, topics, site: site, release: release, settings.language)
            return Message(topic: topic, text: entity.text, isKept: true)
        }
    }

    /// The message of a value, when it is worth one.
    private mutating func message(_ value: ShownValue, at now: Uptime) -> Message? {
        guard var line = lines[value.quantity] else { return nil }
        defer { lines[value.quantity] = line }
        let measure = value.quantity.measure
        let age = line.text == nil ? .infinity : now.seconds(since: line.at)
        let text: String
        var number: Double?
        switch value.content {
        case .total(let total):
            // Half as often as a power. A little less, so that what comes each minute is not one look late.
            guard age >= 2 * every - 1, var told = line.total else { return nil }
            let sum = told.next(total, slack: measure.slack, perHour: measure.largestPerHour)
            line.total = told
            text = FixedPoint.text(sum, digits: measure.digits, isFloor: true)
            let now = RunningTotal(total: sum, register: total.register, time: total.time)
            // What is not told need not be remembered, but for another meter.
            if text != line.text || !now.isOfSameMeter(as: self.told.totals[line.name]) {
                self.told.totals[line.name] = now
            }
        case .number(let found):
            let isNews = line.number.map { abs(found - $0) >= measure.deadBand || (found == 0) != ($0 == 0) } ?? true
            guard age >= refresh || (isNews && age >= every - 1) else { return nil }
            text = FixedPoint.text(found, digits: measure.digits)
            number = found
        case .text(let found): text = found
        case .unknown: text = Self.unknown
        }
        guard text != line.text || age >= refresh else { return nil }
        (line.text, line.number, line.at) = (text, number, now)
        return message(line.topic, text)
    }

    /// Takes back what was told and is not known any more; totals stay what they are.
    private mutating func takeBack(whatIsNotIn values: [ShownValue], _ messages: inout [Message], at now: Uptime) {
        let known = Set(values.map(\.quantity))
        for (quantity, line) in lines where !known.contains(quantity) && !quantity.measure.isTotal {
            guard line.text != Self.unknown else { continue }
            var line = line
            (line.text, line.number, line.at) = (Self.unknown, nil, now)
            lines[quantity] = line
            messages.append(message(line.topic, Self.unknown))
        }
    }

    private func message(_ topic: String, _ text: String) -> Message {
        Message(topic: topic, text: text, isKept: settings.isKept)
    }
}
