import Testing

@testable import MeterCore

/// The ledger beside a second implementation of its definition, whatever happens.
@Suite struct LedgerModelTests {
    @Test(
        "whatever comes late, whatever the clock and the database do: each quarter, day and month is the model's",
        arguments: 0..<10
    )
    func anySchedule(_ tenth: UInt64) {
        for seed in (tenth * 100)..<(tenth * 100 + 100) {
            var schedule = LedgerSchedule(seed: seed)
            schedule.run()
            let found = schedule.differences()
            guard !found.isEmpty else { continue }
            let told = (found.prefix(6) + schedule.story).joined(separator: "\n")
            Issue.record("seed \(seed): \(found.count) differences\n\(told)")
            return
        }
    }
}
