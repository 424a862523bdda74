import Logging
import Synchronization
import Testing

@testable import MeterCore

@Suite struct LogBudgetTests {
    /// A log that keeps its lines.
    final class Lines: Sendable {
        private let kept = Mutex<[String]>([])

        var all: [String] { kept.withLock { $0 } }

        func keep(_ line: String) { kept.withLock { $0.append(line) } }
    }

    private struct Keeper: LogHandler {
        let lines: Lines
        var logLevel = Logger.Level.info
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let values = metadata.merging(event.metadata ?? [:]) { _, new in new }
            lines.keep("\(event.message) " + values.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: ","))
        }
    }

    private func at(_ seconds: Int64) -> Uptime { Uptime(nanoseconds: seconds * 1_000_000_000) }

    @Test("thirty lines at once, then one in five minutes, with the number of those left out before it")
    func budget() {
        let budget = LogBudget()
        let start = (0..<1000).compactMap { _ in budget.take(at: at(1)) }
        #expect(start.count == 30 && start.last == LogBudget.Leave(leftOut: 0, isLast: true))
        #expect(start.dropLast().allSatisfy { $0 == LogBudget.Leave(leftOut: 0, isLast: false) })
        let day = (Int64(2)...86_400).compactMap { second in budget.take(at: at(second)) }
        #expect(day.count == 287 && day.first == LogBudget.Leave(leftOut: 970 + 299, isLast: true))
        #expect(budget.take(at: at(10 * 86_400)) == LogBudget.Leave(leftOut: 299, isLast: false))
    }

    @Test("a source that says ever more is quiet in the end, says so, and keeps no other source from speaking")
    func sources() {
        let lines = Lines()
        let logger = Logger(label: "test") { _ in Keeper(lines: lines) }
        let chatty = SourceContext(name: "chatty", tags: [], logger: logger)
        // One within it, as the counter behind a device has, has no budget of its own.
        let within = SourceContext(name: "chatty 1", tags: [], logger: chatty.logger)
        for number in 0..<500 {
            (number.isMultiple(of: 2) ? chatty : within).logger.warning("said", metadata: ["number": "\(number)"])
        }
        SourceContext(name: "other", tags: [], logger: logger).logger.warning("said too")
        #expect(lines.all.count == 31)
        #expect(lines.all[1] == "said number=1,source=chatty 1")
        #expect(lines.all[29] == "said from now on=more lines of it are left out for a while,number=29,source=chatty 1")
        #expect(lines.all[30] == "said too source=other")
    }

    @Test("what a program says all the time keeps no warning out, nor the news of its end")
    func troubles() {
        let lines = Lines()
        let chatty = SourceContext(
            name: "chatty",
            tags: [],
            logger: Logger(label: "test") { _ in Keeper(lines: lines) }
        )
        for _ in 0..<500 { chatty.logger.notice("The program says") }
        chatty.logger.warning("No reading")
        #expect(lines.all.count == 31 && lines.all.last == "No reading source=chatty")
    }

    @Test("a log that a person wants to have whole is whole")
    func whole() {
        let lines = Lines()
        var logger = Logger(label: "test") { _ in Keeper(lines: lines) }
        logger.logLevel = .debug
        let context = SourceContext(name: "chatty", tags: [], logger: logger)
        for _ in 0..<500 { context.logger.info("said") }
        #expect(lines.all.count == 500)
    }
}
