import Logging
import MeterProtocols
import Synchronization
import Testing

@testable import MeterCore
@testable import MeterSources

/// A SolarEdge whose battery does not tell its rated energy while it sleeps.
@Suite struct SleepingBatteryTests {
    /// A map with model 1 and an inverter of three phases with 2000 W.
    private static let map = """
        40000 u32 1400204883; 40002 u16 1; 40003 u16 66; 40004 text SolarEdge; 40052 text 7E123456
        40070 u16 103; 40071 u16 50; 40084 u16 2000; 40094 u32 1000000; 40101 u16 2050; 40108 u16 4
        40122 u16 65535; 57716 u16 32768; 57717 u16 17595
        """

    /// A reader for a battery, the context that hears of it, and the inverter.
    private func house() -> (reader: any ModbusReader, context: SourceContext, device: RegisterDevice) {
        let document = ConfigDocument(text: "host = \"h\"\nbattery = true", file: "test")
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let context = SourceContext(name: "onduleur", tags: [], logger: logger)
        let reader = ModbusSettings(settings: document.root).reader(context)
        return (reader, context, RegisterDevice(Self.map, isLowFirst: false))
    }

    private func battery(
        _ reader: any ModbusReader,
        _ device: RegisterDevice,
        after seconds: Int64
    ) async throws -> Double? {
        device.state.withLock { $0.seconds += seconds }
        let point = try await reader.read(device).first { $0.series.kind == .battery }
        return point?.number(.w)
    }

    @Test("a battery that sleeps when the box looks first is looked for each hour, and the household is told")
    func wakes() async throws {
        let (reader, context, device) = house()
        // Not a number, low word first.
        device.set("57666 u16 0; 57667 u16 32704")
        #expect(try await battery(reader, device, after: 10) == nil)
        #expect(context.status.snapshot.lastError?.contains("every hour") == true)
        // 10 kWh.
        device.set("57666 u16 16384; 57667 u16 17948")
        device.state.withLock { $0.asked = [] }
        #expect(try await battery(reader, device, after: 1800) == nil)
        #expect(!device.state.withLock { $0.asked.contains { $0.address == 57666 } }, "it is not asked each time")
        #expect(try await battery(reader, device, after: 1800) == -1500)
        #expect(context.status.snapshot.lastError == nil)
        // One that was found stays, also when the way to it is found anew while it sleeps.
        device.set("57666 u16 0; 57667 u16 32704")
        await reader.forget()
        #expect(try await battery(reader, device, after: 10) == -1500)
    }

    @Test("another inverter at the same place has batteries of its own")
    func another() async throws {
        let (reader, _, device) = house()
        device.set("57666 u16 16384; 57667 u16 17948")
        #expect(try await battery(reader, device, after: 10) == -1500)
        device.set("57666 u16 0; 57667 u16 32704; 40052 text 7E999999")
        await reader.forget()
        #expect(try await battery(reader, device, after: 10) == nil)
    }
}
