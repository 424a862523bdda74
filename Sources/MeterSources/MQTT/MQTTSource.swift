import Glibc
public import MeterCore
import MeterIO
public import MeterNotation

/// Devices that speak to an MQTT broker: Zigbee2MQTT, Tasmota, ESPHome, Node-RED.
public final class MQTTSource: MeterSource {
    /// The value of `type` in the configuration.
    public static let type = "mqtt"
    /// One line for `boxenergie sources`.
    public static let summary: Phrase = "Devices that speak to an MQTT broker: Zigbee2MQTT, Tasmota, ESPHome, Node-RED."
    /// A section to copy: one device with JSON, one with a value a message.
    public static let sample = """
        [source.zigbee]
        type = "mqtt"
        broker = "mqtt://192.168.1.10:1883"
        username = "boxenergie"
        password_file = "/etc/boxenergie/mqtt.password"
        topics = ["zigbee2mqtt/{device}"]    # the second part becomes the tag device
        measurement = "raw.zigbee"

        [source.zigbee.fields]
        temp_c = { path = "temperature", unit = "°C", optional = true }
        w = { path = "power", unit = "W", optional = true }

        [source.esphome]                     # one value a message, named by its topic
        type = "mqtt"
        broker = "mqtt://192.168.1.10:1883"
        topics = ["teleinfo/sensor/{field}/state"]
        format = "number"
        role = "import"

        [source.esphome.fields]
        va = { path = "papp", unit = "VA" }
        wh_in = { path = "east", unit = "Wh" }
        """

    /// The decoded section.
    let settings: MQTTSettings

    /// Stores and counts as its role says, with the topic's parts as tags; a day without any message is strange.
    ///
    /// A device that sends by itself has no interval of its own, so a shorter limit would cry wolf.
    public var declaration: Declaration {
        let parts = settings.topics.flatMap(\.tagNames)
        let pause = settings.gathered.map { Duration.seconds($0.gather) } ?? .seconds(86_400)
        var declaration = settings.payload.declaration(every: pause, parts: parts)
        declaration.turn(by: settings.turning)
        settings.parts.declare(in: &declaration)
        return declaration
    }

    /// Decodes the section; problems go to its diagnostics.
    public init(settings: ConfigSection) {
        self.settings = MQTTSettings(settings: settings)
    }

    /// Hears the broker until the task is cancelled; the client connects again by itself.
    ///
    /// While values are only looked at, another client name is used and no status is published, so that the service is
    /// not disturbed.
    ///
    /// - Throws: an error when the client cannot be made or its password cannot be read; `CancellationError`.
    public func run(into receiver: any PointReceiver, context: SourceContext) async throws {
        guard let broker = settings.broker else { return }
        let settings = settings
        let intake = MQTTIntake(settings, context, receiver)
        // Two clients of one name throw each other out.
        let lasting = "boxenergie-\(MachineNumber().clientName)-\(context.name)"
        let name = context.isLooking ? "boxenergie-read-\(getpid())" : lasting
        let request = MQTTClient.Request(
            broker: broker,
            identifier: context.isLooking ? name : settings.clientID ?? name,
            topics: settings.gathered.map { $0.places.keys.sorted() } ?? settings.topics.map(\.filter),
            quality: settings.quality,
            presence: context.isLooking ? nil : settings.presence,
            largest: settings.largest,
            question: settings.gathered?.question.map { .init(topic: $0.topic, every: $0.every) }
        )
        let client = try MQTTClient(request) {
            try settings.access.credentials()
        } tell: { event in
            intake.hear(event)
        }
        context.status.update { $0.state = "waiting" }
        try client.start()
        defer { client.stop() }
        // Messages come on the client's thread; only a reading of several topics waits here for its time.
        let pause = settings.gathered == nil ? Duration.seconds(20) : .seconds(2)
        while !Task.isCancelled {
            try await EventLoop.main.sleep(for: pause)
            context.status.beat()
            intake.handOverGathered()
        }
    }

    /// Decodes recorded messages, each with its topic as its label.
    public func replay(
        _ recording: any Recording,
        into receiver: any PointReceiver,
        context: SourceContext
    ) async throws {
        var reader = MQTTReader(settings, context)
        try await reader.play(recording, into: receiver, context.status)
    }
}
