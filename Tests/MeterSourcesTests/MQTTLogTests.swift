import Logging
import MeterCore
import MeterIO
import Synchronization
import Testing

@testable import MeterSources

/// What the log has of devices that do not send what is wanted of them.
@Suite struct MQTTLogTests {
    /// Keeps what is logged.
    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])

        var all: [String] { lines.withLock { $0 } }
        func append(_ line: String) { lines.withLock { $0.append(line) } }
    }

    private struct Recorder: LogHandler {
        var logLevel = Logger.Level.info
        var metadata: Logger.Metadata = [:]
        let lines: Lines

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { lines.append(event.metadata?["reason"].map { "\($0)" } ?? "\(event.message)") }
    }

    private struct Sink: PointReceiver {
        func append(_ point: Point) {}
    }

    @Test("of a wildcard with several kinds of devices each kind is said once, whichever device sends it")
    func kinds() {
        let text = """
            broker = "mqtt://127.0.0.1"
            topics = ["house/{plug}"]
            measurement = "raw.plugs"
            fields = { power = { path = "power" }, energy = { path = "energy" } }
            """
        let lines = Lines()
        let document = ConfigDocument(text: text, file: "test.toml")
        let settings = MQTTSettings(settings: document.root)
        #expect(!document.diagnostics.hasErrors)
        let context = SourceContext(
            name: "plugs",
            tags: [],
            logger: Logger(label: "test") { _ in Recorder(lines: lines) }
        )
        let intake = MQTTIntake(settings, context, Sink())
        let messages = [#"{"power": 1, "energy": 2}"#, #"{"power": 1}"#, #"{"power": 1, "energy": "x"}"#, "none"]
        for number in 0..<40 {
            let topic = "house/\(number)"
            Array(messages[number % 4].utf8).withUnsafeBytes { bytes in
                intake.hear(.message(topic: topic, payload: bytes, isRetained: false))
            }
        }
        #expect(lines.all.map { $0.prefix(8) } == ["house/1:", "house/2:", "house/3:"], "\(lines.all)")
        #expect(context.status.snapshot.errors == 30)
        #expect(context.status.snapshot.lastError?.hasPrefix("house/39: ") == true)
    }
}
