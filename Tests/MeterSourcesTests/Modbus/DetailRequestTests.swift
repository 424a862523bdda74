import MeterProtocols
import Synchronization
import Testing

@testable import MeterSources

/// Requests that bring only details of an inverter, which are put once a minute.
@Suite struct DetailRequestTests {
    /// The source of a Huawei with battery and meter, and the device at the beginning of a minute.
    private func huawei() throws -> (reading: ProfileReading, device: RegisterDevice) {
        let example = try #require(ModbusProfileCase.all.first { $0.profile == "huawei-sun2000" })
        let device = RegisterDevice(example.registers, isLowFirst: false)
        device.state.withLock { $0.seconds = 1_750_000_020 }
        return (ProfileReading("profile = \"huawei-sun2000\"\ngrid = true"), device)
    }

    /// The points of a reading, after which ten seconds pass, and the first address of each of its requests.
    private func next(
        _ reading: ProfileReading,
        _ device: RegisterDevice
    ) async throws -> (lines: [String], asked: [Int]) {
        let now = device.state.withLock { state in
            state.asked = []
            return state.seconds
        }
        let lines = try await reading.lines(device)
        return device.state.withLock { state in
            state.seconds = now + 10
            return (lines, state.asked.map(\.address))
        }
    }

    @Test("whether a battery is there, its temperature and the voltages of the panels are asked once a minute")
    func minute() async throws {
        let (reading, device) = try huawei()
        #expect(try await next(reading, device).asked == [30015, 32016, 32064, 37100, 37762, 37022, 37758, 37101])
        for _ in 1...5 {
            let (lines, asked) = try await next(reading, device)
            #expect(asked == [32064, 37758, 37101])
            #expect(lines.contains { $0.hasPrefix("battery w=-1500") && !$0.contains("temp_c") }, "\(lines)")
            #expect(lines.contains { $0.hasPrefix("production") && !$0.contains("vdc1") && $0.contains("temp_c=41.2") })
        }
        #expect(try await next(reading, device).asked == [32016, 32064, 37100, 37762, 37022, 37758, 37101])
    }

    @Test("a battery that goes within a minute has no values from then on, and is asked whether it is there only")
    func gone() async throws {
        let (reading, device) = try huawei()
        #expect(try await next(reading, device).lines.contains { $0.hasPrefix("battery ") })
        device.state.withLock { $0.words[37762] = 0 }
        #expect(try await !next(reading, device).lines.contains { $0.hasPrefix("battery ") })
        for _ in 1...3 {
            let (lines, asked) = try await next(reading, device)
            #expect(asked == [32064, 37762, 37101] && !lines.contains { $0.hasPrefix("battery ") })
        }
        device.state.withLock { $0.words[37762] = 2 }
        #expect(try await next(reading, device).lines.contains { $0.hasPrefix("battery w=-1500") })
    }

    @Test("a condition that is refused means that the part is not there")
    func refused() async throws {
        let (reading, device) = try huawei()
        _ = try await next(reading, device)
        device.state.withLock { $0.refused = [37100] }
        for _ in 1...6 { _ = try await next(reading, device) }
        let (lines, asked) = try await next(reading, device)
        #expect(!asked.contains(37101) && !lines.contains { $0.hasPrefix("meter,") })
        #expect(lines.contains { $0.hasPrefix("battery w=-1500") })
    }

    @Test("a meter's registers are all read each time: whoever sets one up wants them")
    func meter() async throws {
        let reading = ProfileReading(
            """
            role = "consumption"
            [registers]
            v = { address = 0, type = "uint16", unit = "V" }
            w = { address = 100, type = "uint16", unit = "W" }
            wh_in = { address = 101, type = "uint32", unit = "Wh" }
            """
        )
        try #require(reading.mistakes.isEmpty, "\(reading.mistakes)")
        let device = RegisterDevice("0 u16 230; 100 u16 500", isLowFirst: false)
        for _ in 1...3 { #expect(try await next(reading, device).asked == [0, 100]) }
    }
}
