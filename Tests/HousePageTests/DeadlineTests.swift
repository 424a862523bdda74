import MeterCore
import MeterIO
import Testing

@testable import HousePage

/// Work that may hang: whoever waits for it has an end to that.
struct DeadlineTests {
    private struct Failure: Error {}

    @Test("work that hangs is given up at the deadline, and that work is told")
    func hangs() throws {
        let loop = EventLoop()
        let found = try loop.run {
            await before(.now + .milliseconds(50), by: loop) { () async throws -> Int in
                try await loop.sleep(until: .now + .seconds(3600))
                return 1
            }
        }
        #expect(found == nil)
    }

    @Test("work that is done or fails in time is not waited for")
    func inTime() throws {
        let loop = EventLoop()
        let found = try loop.run {
            let done = await before(.now + .seconds(3600), by: loop) { 7 }
            let failed = await before(.now + .seconds(3600), by: loop) { () async throws -> Int in throw Failure() }
            return [done, failed]
        }
        #expect(found == [7, nil])
    }

    @Test("work whose deadline is over does not begin")
    func over() async {
        #expect(await before(.now + .seconds(-1)) { 7 } == nil)
    }
}
