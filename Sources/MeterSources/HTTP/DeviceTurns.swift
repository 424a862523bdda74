import MeterIO
import Synchronization

/// Who may ask which device now: small web servers have one socket, and answer one question at a time.
struct DeviceTurns: ~Copyable, Sendable {
    static let shared = DeviceTurns()

    private let busy = Mutex(Set<String>())

    /// Waits until nobody else asks the device, and asks.
    func take<Answer: Sendable>(_ device: String, _ ask: () async throws -> Answer) async throws -> Answer {
        while !busy.withLock({ $0.insert(device).inserted }) { try await EventLoop.main.sleep(for: .milliseconds(50)) }
        defer { busy.withLock { _ = $0.remove(device) } }
        return try await ask()
    }
}
