import Logging
import MeterCore
import Testing

@testable import MeterProtocols
@testable import MeterSources

/// What real SunSpec devices send that the standard does not foresee.
@Suite struct SunSpecPlacesTests {
    private func points(_ settings: String = "") -> SunSpecPoints {
        let context = SourceContext(
            name: "s",
            tags: [],
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let document = ConfigDocument(text: "host = \"h\"\n" + settings, file: "test")
        return SunSpecPoints(ModbusSettings(settings: document.root), context)
    }

    /// A model with nothing implemented but some registers, by their offsets.
    private func reading(_ model: Int, length: Int, _ set: [Int: UInt16]) throws -> SunSpecReading {
        let known = try #require(SunSpecModel.known[model])
        var words = [UInt16](repeating: 0xFFFF, count: length + 2)
        for point in known.points where [.int16, .scaleFactor].contains(point.type) && point.offset < words.count {
            words[point.offset] = 0x8000
        }
        (words[0], words[1]) = (UInt16(model), UInt16(length))
        for (offset, word) in set { words[offset] = word }
        let block = SunSpecMap.Block(model: model, address: 40_000, length: length, part: 1)
        return try #require(SunSpecReading(block, words))
    }

    /// The value of a field of the first point; `nil` when it has none.
    private func value(_ field: Field, _ points: [Point]) -> FieldValue? { points.first?[field] }

    @Test(
        "a power factor is a fraction when it is 1 at most, else per cent, and never more than 1",
        arguments: [(993, -3, 0.993), (9930, -2, 0.993), (-950, -3, -0.95), (100, 0, 1), (32_000, 0, nil)]
            as [(Int16, Int16, Double?)]
    )
    func powerFactor(_ factor: Int16, _ scale: Int16, _ stored: Double?) throws {
        let meter = try reading(203, length: 105, [33: UInt16(bitPattern: factor), 37: UInt16(bitPattern: scale)])
        var points = points("role = \"import\"")
        let made = points.points([meter], at: Timestamp(seconds: 1_800_000_000), monotonic: .now)
        #expect(value(.pf, made) == stored.map { .float($0) })
    }

    @Test("an inverter whose scale factors are missing is read by its next model that has them")
    func scales() throws {
        let empty = try reading(103, length: 50, [14: 1500, 38: 4])
        let whole = try reading(701, length: 153, [10: 1500, 116: 0, 4: 3])
        #expect(empty.lacksScales)
        #expect(!whole.lacksScales)
        #expect(SunSpecPoints.inverters([empty, whole]).map(\.block.model) == [701])
        #expect(SunSpecPoints.inverters([whole, empty]).map(\.block.model) == [701])
        var points = points()
        let made = points.points([empty, whole], at: Timestamp(seconds: 1_800_000_000), monotonic: .now)
        #expect(made.count == 1)
        #expect(value(.w, made) == .float(1500))
    }

    @Test(
        "the counter of model 160 decides over its length, and the length where there is no counter",
        arguments: [(1, 1), (2, 2), (9, 2), (0xFFFF, 2), (0, 0)] as [(UInt16, Int)]
    )
    func modules(_ counter: UInt16, _ count: Int) throws {
        #expect(try reading(160, length: 48, [8: counter]).repetitions == count)
    }
}
