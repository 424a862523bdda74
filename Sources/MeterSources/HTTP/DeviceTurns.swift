import MeterIO
import Synchronization

/// The order in which sources ask a device: small web servers have one socket, and answer one question at a time.
struct DeviceTurns: ~Copyable, Sendable {
    /// The turns of the whole process.
    static let shared = DeviceTurns()

    /// The turns of each device, by its name; a few in the life of the process.
    private let devices = Mutex<[String: Turns]>([:])

    /// Waits until nobody else asks the device, and asks.
    ///
    /// - Throws: `CancellationError` while waiting, or the error of `ask`.
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
