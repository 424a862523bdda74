import Logging
import MeterCore
import MeterIO
import SourceCases
import Testing

@testable import MeterSources

/// What the log has of devices that do not send what is wanted of them.
@Suite struct MQTTLogTests {
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
        let lines = LoggedLines { event in event.metadata?["reason"].map { "\($0)" } ?? "\(event.message)" }
        let document = ConfigDocument(text: text, file: "test.toml")
        let settings = MQTTSettings(settings: document.root)
        #expect(!document.diagnostics.hasErrors)
        let context = SourceContext(name: "plugs", tags: [], logger: lines.logger)
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
