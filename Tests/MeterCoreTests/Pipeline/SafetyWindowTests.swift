import Testing

@testable import MeterCore

@Suite struct SafetyWindowTests {
    private func batch(_ bytes: Int) -> Batch {
        let lines = [UInt8](repeating: UInt8(ascii: "x"), count: bytes)
        return Batch(database: "d", policy: .default, precision: .seconds, lines: lines, points: 1)
    }

    @Test("what the server took in the last ten minutes is written again, nothing older")
    func time() {
        var window = SafetyWindow()
        for minute in Int64(0)...60 {
            window.note(batch(Int(minute) + 1), at: Uptime(nanoseconds: minute * 60_000_000_000))
        }
        #expect(window.takeAll().map(\.lines.count) == Array(51...61))
        #expect(window.takeAll().isEmpty)
    }

    @Test("of an import of hundreds of megabytes no more than four are kept")
    func size() {
        var window = SafetyWindow()
        for _ in 0..<100 { window.note(batch(1 << 20), at: Uptime(nanoseconds: 7)) }
        #expect((3...4).contains(window.takeAll().count))
        window.note(batch(5 << 20), at: Uptime(nanoseconds: 8))
        #expect(window.takeAll().isEmpty)
    }
}
