import Logging
import MeterCore
import Testing

@testable import MeterProtocols
@testable import MeterSources

@Suite struct SunSpecRestTests {
    @Test(
        "an inverter that says it is at rest produces 0 W although it knows no power; one that works does not",
        arguments: [(1, 0.0), (2, 0), (8, 0), (4, nil), (7, nil), (0xFFFF, nil)] as [(UInt16, Double?)]
    )
    func power(_ state: UInt16, _ watts: Double?) throws {
        var words = [UInt16](repeating: 0xFFFF, count: 52)
        (words[0], words[1]) = (101, 50)
        // W is not known.
        (words[14], words[15], words[38]) = (0x8000, 0, state)
        let block = SunSpecMap.Block(model: 101, address: 40_000, length: 50, part: 1)
        let reading = try #require(SunSpecReading(block, words))
        let document = ConfigDocument(text: "host = \"h\"", file: "test")
        let context = SourceContext(
            name: "onduleur",
            tags: [],
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        var points = SunSpecPoints(ModbusSettings(settings: document.root), context)
        let made = points.points([reading], at: Timestamp(seconds: 1_800_000_000), monotonic: Uptime(nanoseconds: 0))
        let value = made.first?.values[0]
        #expect(value == watts.map { .float($0) })
    }
}
