import Foundation
import Testing

@testable import MeterProtocols

/// The models against the SunSpec Alliance's own definitions, and reading against maps laid by hand.
struct SunSpecTests {
    /// A model as its definition file says.
    private struct Definition: Decodable {
        struct Point: Decodable {
            var name: String
            var type: String
            var size: Int
            var sf: String?
            var units: String?
        }
        struct Group: Decodable {
            var points: [Point]
            var groups: [Group]?
        }
        var id: Int
        var group: Group
    }

    private static let folder = ProcessInfo.processInfo.environment["SHARED_CORPORA"].map { $0 + "/sunspec" }

    private static let types: [String: SunSpecType] = [
        "int16": .int16, "uint16": .uint16, "count": .count, "enum16": .enum16, "sunssf": .scaleFactor, "pad": .pad,
        "uint32": .uint32, "acc32": .acc32, "bitfield32": .bitfield32, "float32": .float32, "uint64": .uint64,
        "string": .string,
    ]

    @Test(
        "every point is where the official model has it, with its type, scale factor and unit",
        .enabled(if: folder != nil, "set SHARED_CORPORA to the folder of the recorded frames")
    )
    func everyPoint() throws {
        let folder = try #require(Self.folder)
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }
        var points = 0
        for file in files {
            let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + file))
            let definition = try JSONDecoder().decode(Definition.self, from: data)
            let model = try #require(SunSpecModel.known[definition.id], "\(file)")
            // The header, which is the same in all.
            #expect(definition.group.points.prefix(2).map(\.name) == ["ID", "L"])
            points += compare(Array(definition.group.points.dropFirst(2)), model.points, from: 2, file)
            points += compare(definition.group.groups?.first?.points ?? [], model.repeated, from: 0, file)
        }
        #expect(files.count == SunSpecModel.known.count && files.count == 18)
        #expect(points > 850)
    }

    private func compare(
        _ official: [Definition.Point],
        _ ours: [SunSpecPoint],
        from start: Int,
        _ file: String
    ) -> Int {
        #expect(official.count == ours.count, "\(file)")
        var offset = start
        for (their, our) in zip(official, ours) {
            #expect(our.name == their.name && our.offset == offset && our.size == their.size, "\(file) \(their.name)")
            #expect(our.type == Self.types[their.type], "\(file) \(their.name)")
            #expect(our.scaleFactor == their.sf && our.unit == their.units, "\(file) \(their.name)")
            offset += their.size
        }
        return ours.count
    }

    // MARK: - Maps laid by hand

    /// An inverter and a meter in one device, with a model nobody knows between them.
    private var device: [UInt16] {
        var common = [UInt16](repeating: 0, count: 66)
        common.replaceSubrange(0..<3, with: words("4142 4200 0000"))
        var inverter = [UInt16](repeating: 0xFFFF, count: 50)
        inverter[12] = 1234  // W
        inverter[13] = UInt16(bitPattern: -1)  // W_SF
        inverter[22] = 0x0001
        inverter[23] = 0xE240  // WH
        inverter[24] = 1  // WH_SF
        inverter[31] = 0x8000  // TmpCab
        inverter[35] = 0  // Tmp_SF
        return words("5375 6E53") + [1, 66] + common + [103, 50] + inverter + [64_001, 3, 1, 2, 3]
            + [1, 65] + common.dropLast() + [203, 0] + [0xFFFF, 0]
    }

    private func discover(_ memory: [UInt16], at base: Int) async -> SunSpecMap? {
        await SunSpecMap.discover { address, count -> [UInt16]? in
            let start = address - base
            return start >= 0 && start + count <= memory.count ? Array(memory[start..<(start + count)]) : nil
        }
    }

    @Test("the list of models is found at all the usual places", arguments: SunSpecMap.usualBases)
    func discovery(_ base: Int) async throws {
        let map = try #require(await discover(device, at: base))
        #expect(map.base == base)
        #expect(map.blocks.map(\.model) == [1, 103, 64_001, 1, 203])
        #expect(map.blocks.map { $0.address - base } == [2, 70, 122, 127, 194])
        #expect(map.blocks.map(\.part) == [1, 1, 1, 2, 2])
    }

    @Test("a device without the marker has no SunSpec, and a list without an end is left")
    func noDiscovery() async throws {
        #expect(await discover([UInt16](repeating: 0x5375, count: 100), at: 0) == nil)
        let endless = words("5375 6E53") + [UInt16](repeating: 0, count: 1000)
        #expect(try #require(await discover(endless, at: 0)).blocks.count == 128)
        let cut = Array(device[..<125])
        #expect(try #require(await discover(cut, at: 0)).blocks.map(\.model) == [1, 103, 64_001])
    }

    @Test("values come with their scale factor, and those not implemented do not come")
    func values() async throws {
        let map = try #require(await discover(device, at: 0))
        let block = map.blocks[1]
        let reading = try #require(SunSpecReading(block, Array(device[block.address..<(block.address + 52)])))
        #expect(reading.number("W") == 123.4)
        #expect(reading.integer("WH") == 1_234_560 && reading.value("WH") == .integer(1_234_560))
        for name in ["A", "PhVphA", "Hz", "TmpCab", "St", "Evt1", "DCA", "nothing"] {
            #expect(reading.value(name) == nil, "\(name)")
        }
        #expect(SunSpecReading(block, Array(device[2..<54])) == nil, "another model is there")
    }

    @Test(
        "a scale factor that is not implemented or not allowed takes its value with it",
        arguments: [0x8000, 11, 0xFFF5]
    )
    func badScale(_ factor: UInt16) throws {
        var model = [101, 50] + [UInt16](repeating: 0, count: 50)
        model[14] = 5
        model[15] = factor
        let block = SunSpecMap.Block(model: 101, address: 0, length: 50, part: 1)
        #expect(try #require(SunSpecReading(block, model)).value("W") == nil)
    }

    @Test("the inputs of an inverter repeat as often as the model is long")
    func repetition() throws {
        var model: [UInt16] = [160, 48, UInt16(bitPattern: -2), UInt16(bitPattern: -1), 0, 0, 0, 0, 9, 0]
        for input in 1...2 as ClosedRange<UInt16> {
            var part = [UInt16](repeating: 0, count: 20)
            part.replaceSubrange(0..<2, with: [input, 0x5056])
            part.replaceSubrange(9..<12, with: [450 * input, 3501, 1575])
            model += part
        }
        let block = SunSpecMap.Block(model: 160, address: 0, length: 48, part: 1)
        let reading = try #require(SunSpecReading(block, model))
        #expect(reading.repetitions == 2)
        #expect(reading.number("DCA", repetition: 1) == 9 && reading.number("DCV", repetition: 1) == 350.1)
        #expect(reading.text("IDStr", repetition: 0) == "PV" && reading.number("DCA", repetition: 2) == nil)
    }

    @Test("a counter that has not counted yet is 0, and not missing")
    func newCounter() throws {
        let model = [101, 50] + [UInt16](repeating: 0, count: 50)
        let block = SunSpecMap.Block(model: 101, address: 0, length: 50, part: 1)
        let reading = try #require(SunSpecReading(block, model))
        #expect(reading.value("WH") == .integer(0) && reading.value("W") == .integer(0))
    }
}
