import Logging
import Synchronization
import Testing

@testable import MeterCore

/// A clock that keeps the first sleep and ends whoever sleeps.
private final class FirstSleep: Clock {
    private let first = Mutex<Duration?>(nil)
    let now = Uptime(nanoseconds: 0)
    let minimumResolution = Duration.milliseconds(1)

    var seconds: Double? { first.withLock { $0.map { $0 / .seconds(1) } } }

    func sleep(until deadline: Uptime, tolerance: Duration? = nil) async throws {
        first.withLock { $0 = $0 ?? now.duration(to: deadline) }
        throw CancellationError()
    }
}

/// Takes whatever comes.
private struct TakingSink: Sink {
    let name = "the test's server"
    func write(_ batch: Batch) async -> Delivery { .accepted }
}

/// Readings are sent seldom while nobody looks at them, and soon when somebody does.
struct FlushPaceTests {
    /// The steps, counted from 1, at which it was time to send.
    private func sendings(_ steps: Int, queries: (Int) -> Int?, looks: (Int) -> Int = { _ in 0 }) -> [Int] {
        var attention = Attention()
        return (1...steps).filter { step in
            let asked = attention.asksServer() ? queries(step) : nil
            return attention.isTimeToSend(queries: asked, looks: looks(step))
        }
    }

    @Test("after the start each step counts as looked at for two minutes, then only each minute is sent")
    func calm() {
        #expect(sendings(36, queries: { _ in 7 }) == Array(1...12) + [18, 24, 30, 36])
    }

    @Test("a query of somebody else sends what is held at once, and goes on for two minutes after the last one")
    func queried() {
        let sent = sendings(60, queries: { $0 >= 45 ? 8 : $0 >= 32 ? 7 : 6 })
        #expect(sent.filter { $0 < 31 } == Array(1...12) + [18, 24, 30])
        #expect(sent.filter { $0 >= 31 } == Array(32...43) + Array(45...56))
    }

    @Test("so does a look at the page")
    func page() {
        let sent = sendings(50, queries: { _ in 1 }, looks: { $0 >= 31 ? $0 : 0 })
        #expect(sent.filter { $0 >= 31 } == Array(31...50))
    }

    @Test("a server that does not tell its queries counts as looked at, and is asked again every five minutes")
    func untold() {
        var asked: [Int] = []
        let sent = sendings(100) { step in
            asked.append(step)
            return nil
        }
        #expect(sent == Array(1...100))
        #expect(asked == [1, 31, 61, 91])
    }

    @Test(
        "the setting takes a duration, or auto where the server tells its queries",
        arguments: [
            ("", true, FlushPace.auto, true), ("", false, .every(.seconds(10)), true),
            ("flush = \"auto\"", true, .auto, true), ("flush = \"auto\"", false, .every(.seconds(10)), false),
            ("flush = \"2s\"", true, .every(.seconds(2)), true), ("flush = \"1h\"", true, .auto, false),
            ("flush = 10", true, .auto, false),
        ]
    )
    func setting(_ text: String, _ tells: Bool, _ pace: FlushPace, _ isRight: Bool) throws {
        let document = ConfigDocument(text: text, file: "f", credentialsDirectory: nil)
        let settings = QueueSettings(settings: document.root, name: "n", state: "/s", tellsQueries: tells)
        document.root.finish()
        #expect(settings.flush == pace)
        #expect(document.diagnostics.all.isEmpty == isRight)
    }

    @Test("boxes that a power cut started together begin their steps at moments that fill one step")
    func together() async throws {
        let silent = Logger(label: "t") { _ in SwiftLogNoOpLogHandler() }
        var begins: [Double] = []
        for _ in 0..<100 {
            let batcher = Batcher(database: "d")
            let plan = PlannedOutput("central", flush: .every(.seconds(60)), batcher: batcher) { batcher, counts in
                Uploader(
                    batcher: batcher,
                    outbox: Outbox(spool: nil),
                    sink: TakingSink(),
                    deadLetters: nil,
                    counts: counts,
                    logger: silent
                )
            }
            batcher.finish()
            let clock = FirstSleep()
            await plan.open().keepSending(clock) {}
            begins.append(try #require(clock.seconds))
        }
        #expect(begins.allSatisfy { (0..<55).contains($0) })
        for part in 0..<5 { #expect(begins.contains { Int($0 / 11) == part }, "none begins in part \(part)") }
    }
}
