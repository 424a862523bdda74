import Foundation
import Logging
import MeterCore
import Testing

@testable import MeterSources

/// The registers that begin anew each day, of the devices of one source.
@Suite struct DailyRegistersTests {
    @Test("each device of a source has its own, before and after a restart")
    func devices() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "daily-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let memory = SourceMemory(folder: folder, logger: logger)
        let context = SourceContext(name: "toits", tags: [], logger: logger, memory: memory)
        func registers(_ device: String?) -> DailyRegisters {
            DailyRegisters(context, of: device.map { [("device", $0)] } ?? [])
        }
        let start: Int64 = 1_750_000_000
        func total(_ registers: inout DailyRegisters, _ hour: Int64, _ value: Int64) -> Int64? {
            let time = Uptime(nanoseconds: hour * 3_600_000_000_000)
            return registers.total(value, "wh 0", at: time, clock: Timestamp(seconds: start + hour * 3600))
        }
        for (device, value) in [("est", 5000), ("ouest", 300), (nil, 40)] as [(String?, Int64)] {
            var fresh = registers(device)
            #expect(total(&fresh, 1, value) == value)
        }
        for (device, value) in [("est", 5000), ("ouest", 300), (nil, 40)] as [(String?, Int64)] {
            var again = registers(device)
            #expect(total(&again, 2, value + 1) == value + 1, "none has what another one counted")
        }
        #expect(memory.text(of: "toits/daily/wh/0") != nil, "the name without devices is that of earlier releases")
    }
}
