import MeterCore
import MeterIO
import Testing

/// The program's event loop, run for the tests on a thread of its own as long as the process lives.
enum MainLoop {
    private actor Runner {
        let executor: ThreadExecutor
        nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

        init() throws { executor = try ThreadExecutor(name: "main-loop") }

        func run() {
            do {
                try EventLoop.main.run { while true { try await EventLoop.main.sleep(for: .seconds(3600)) } }
            } catch {
                Issue.record("the event loop ended: \(error)")
            }
        }
    }

    private static let runner: Task<Void, Never> = {
        Task {
            do {
                try await Runner().run()
            } catch {
                Issue.record("the event loop does not run: \(error)")
            }
        }
    }()

    /// Starts it, once.
    static func start() { _ = runner }
}
