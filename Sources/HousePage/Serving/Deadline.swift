import MeterCore
import MeterIO

/// What a work comes to, if it is done before an instant; `nil` when it fails or takes longer.
///
/// A database that hangs must not keep whoever looks at a page waiting.
func before<Result: Sendable>(
    _ deadline: Uptime,
    by loop: EventLoop = .main,
    _ work: @escaping @Sendable () async throws -> Result
) async -> Result? {
    guard Uptime.now < deadline else { return nil }
    return await withTaskGroup(of: Result?.self) { group in
        group.addTask { try? await work() }
        group.addTask {
            try? await loop.sleep(until: deadline)
            return nil
        }
        let first = await group.next() ?? nil
        group.cancelAll()
        return first
    }
}
