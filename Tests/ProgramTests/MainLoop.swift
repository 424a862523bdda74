import MeterIO
import Testing

/// The program's event loop, run for the tests on a thread of its own as long as the process lives.
enum MainLoop {
    private actor Runner {
        let executor = ThreadExecutor(name: "main-loop")
        nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

        func run() {
            do {
                try EventLoop.main.run { while true { try await EventLoop.main.sleep(for: .seconds(3600)) } }
            } catch {
                Issue.record("the event loop ended: \(error)")
            }
        }
    }

    private static let runner: Task<Void, Never> = {
        let runner = Runner()
        return Task { await runner.run() }
    }()

    /// Starts it, once.
    static func start() { _ = runner }
}
