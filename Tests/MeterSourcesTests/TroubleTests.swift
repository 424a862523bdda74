import Logging
import MeterCore
import Testing

@testable import MeterSources

@Suite struct TroubleTests {
    private struct Failure: Error, CustomStringConvertible { var description: String }

    private let context = SourceContext(
        name: "s",
        tags: [],
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    )

    private func trouble(longest: Duration = .seconds(300)) -> Trouble {
        Trouble(context, warning: "w", recovery: "r", longest: longest)
    }

    @Test("each failure in a row doubles the pause, up to the longest; an answer begins anew")
    func pauses() throws {
        var trouble = trouble()
        let pauses = try (0..<12).map { _ in try trouble.note(Failure(description: "gone")) }
        #expect(pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300].map { Duration.seconds($0) })
        trouble.isOver()
        #expect(try trouble.note(Failure(description: "gone")) == .seconds(1))
        #expect(try trouble.note(Failure(description: "gone")) == .seconds(2))
        trouble.forgetFailures()
        #expect(try trouble.note(Failure(description: "gone")) == .seconds(1))
    }

    @Test("the longest pause is never passed, however many failures there are")
    func bound() throws {
        var trouble = trouble(longest: .seconds(32))
        for _ in 0..<100 { #expect(try trouble.note(Failure(description: "gone")) <= .seconds(32)) }
    }

    @Test("what went wrong is in the status, and counted")
    func status() throws {
        var trouble = trouble()
        _ = try trouble.note(Failure(description: "gone"))
        trouble.say("silent")
        let snapshot = context.status.snapshot
        #expect(snapshot.errors == 2 && snapshot.lastError == "silent" && snapshot.state == "waiting")
    }

    @Test("a failure of a source that is being stopped is not its device's")
    func cancelled() async {
        let context = context
        let task = Task { () -> Bool in
            var trouble = Trouble(context, warning: "w", recovery: "r")
            withUnsafeCurrentTask { $0?.cancel() }
            do {
                _ = try trouble.note(Failure(description: "gone"))
                return false
            } catch {
                return error is CancellationError
            }
        }
        #expect(await task.value)
        #expect(context.status.snapshot.errors == 0)
    }
}
