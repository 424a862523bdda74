public import MeterCore
import MeterIO
public import MeterNotation

/// A device that sends its readings by itself, to a small web server in the program.
public final class PushSource: MeterSource {
    /// The value of `type` in the configuration.
    public static let type = "push"
    /// One line for `boxenergie sources`.
    public static let summary: Phrase =
        "A device that posts its readings to the box: JSON, a form, XML, CSV or line protocol."
    /// Sections to copy: a device with JSON, and one with line protocol.
    public static let sample = """
        # curl -H "Authorization: Bearer TOKEN" -d '{"water": {"temp": 27.5}}' http://BOX:8780/push/piscine
        # TOKEN stands in the file: openssl rand -hex 16 | sudo tee /etc/boxenergie/piscine.token
        [source.piscine]
        type = "push"
        listen = "0.0.0.0:8780"              # without it, programs on the box only
        token_file = "/etc/boxenergie/piscine.token"
        measurement = "raw.piscine"

        [source.piscine.fields]
        temp_c = { path = "water.temp", unit = "°C" }

        [source.atelier]                     # line protocol, within what is allowed
        type = "push"
        listen = "0.0.0.0:8780"
        token_file = "/etc/boxenergie/atelier.token"
        format = "line"
        measurements = ["raw.atelier"]
        tags = ["machine"]
        """

    /// The decoded section.
    let settings: PushSettings

    /// The declaration of the source; a day without any post is strange.
    ///
    /// A device that sends by itself has no interval of its own, so a shorter limit would cry wolf.
    public var declaration: Declaration { settings.payload.declaration(every: .seconds(86_400)) }

    /// Decodes the section; problems go to its diagnostics.
    public init(settings: ConfigSection) {
        self.settings = PushSettings(settings: settings)
    }

    /// Serves the device until the task is cancelled; sources with one address share the port.
    ///
    /// - Throws: a sentence when nobody can listen at the address, `CancellationError`.
    public func run(into receiver: any PointReceiver, context: SourceContext) async throws {
        guard let address = settings.address else { return }
        let port = try PushPort.shared(address)
        let device = PushDevice(settings, context, receiver)
        await device.readToken()
        port.add(device)
        defer { port.remove(device) }
        context.status.update { status in
            status.state = "waiting"
            status.device = "posts to http://\(address)\(device.path)"
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await device.readPosts() }
            group.addTask { await device.keepToken() }
            defer { group.cancelAll() }
            while !Task.isCancelled {
                try await port.server.waitForWork(until: .now + .seconds(20))
                port.server.work()
                device.renewToken()
                context.status.beat()
            }
        }
    }

    /// Decodes recorded posts.
    public func replay(
        _ recording: any Recording,
        into receiver: any PointReceiver,
        context: SourceContext
    ) async throws {
        var reader = PushReader(settings, context)
        try await reader.play(recording, into: receiver, context.status)
    }
}
