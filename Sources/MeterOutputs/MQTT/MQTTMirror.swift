public import MeterCore
import MeterIO
public import MeterNotation

/// A broker that Home Assistant, Domoticz, Jeedom, openHAB or Node-RED listen to.
///
/// What it is told, and why so, byte for byte: Home Assistant's discovery in messages of one component, which Domoticz
/// reads, too, and a topic of plain text for each value, which all of them read.
public struct MQTTMirror: MirrorOutput {
    /// The word in the configuration: `type = "mqtt"`.
    public static let type = "mqtt"
    /// One sentence for the list of the outputs.
    public static let summary: Phrase = "A broker that Home Assistant, Domoticz, Jeedom, openHAB or Node-RED listen to."
    /// A section that a reader of the documentation can copy.
    public static let sample = """
        # Home Assistant and Domoticz find everything by themselves; the others listen to boxenergie/maison/#.
        [output.maison]
        type = "mqtt"
        broker = "mqtt://192.168.1.10:1883"
        username = "boxenergie"
        password_file = "/etc/boxenergie/maison.password"
        """

    /// The keys of the section.
    let settings: MQTTMirrorSettings

    /// The time that the goodbye may take.
    private static let patience = Duration.milliseconds(300)

    /// Reads the section; problems go to its diagnostics.
    public init(settings: ConfigSection) { self.settings = MQTTMirrorSettings(settings: settings) }

    /// `MQTT broker at 127.0.0.1:1883`.
    public var place: String { said("MQTT broker at \(settings.access.broker.map { "\($0)" } ?? "?")") }

    /// Tells the broker until the task is cancelled; the client comes back by itself after each outage.
    ///
    /// - Throws: a sentence when libmosquitto is missing.
    public func run(_ context: MirrorContext) async throws {
        guard let broker = settings.access.broker else { return }
        let desk = MirrorDesk(settings, context)
        let request = MQTTClient.Request(
            broker: broker,
            identifier: "boxenergie-\(MachineNumber().clientName)-\(context.name)",
            topics: desk.topics.heard,
            quality: 1,
            presence: desk.topics.presence,
            largest: 64_000
        )
        let access = settings.access
        let client = try MQTTClient(request) {
            try access.credentials()
        } speak: { voice in
            try desk.speak(by: voice)
        } tell: { event in
            desk.hear(event)
        }
        try client.start()
        defer { client.stop(within: Self.patience) }
        while true { try await EventLoop.main.sleep(for: .seconds(3600)) }
    }
}
