import MeterIO
import Synchronization

/// Who may ask which device now: small web servers have one socket, and answer one question at a time.
struct DeviceTurns: ~Copyable, Sendable {
    static let shared = DeviceTurns()

    /// A few in the life of the process.
    private let devices = Mutex<[String: Turns]>([:])

    /// Waits until nobody else asks the device, and asks.
    func take<Answer: Sendable>(_ device: String, _ ask: () async throws -> Answer) async throws -> Answer {
        let turns = devices.withLock { devices in
            let turns = devices[device] ?? Turns()
            devices[device] = turns
            return turns
        }
        try await turns.take()
        defer { turns.end() }
        return try await ask()
    }
}
