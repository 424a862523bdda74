import Logging
import MeterCore
import MeterNotation
import MeterProtocols
import MeterSimulation
import MeterSources
import Testing

@Suite struct TeleinfoPointsTests {
    private let context = SourceContext(name: "linky", tags: [("site", "s")], logger: Logger(label: "test"))

    /// The values of the last of ten frames, by measurement and field.
    private func values(_ options: HouseOptions) throws -> (points: [String: FieldValue], truth: HouseState) {
        var house = House(options: options, start: 1_718_000_000)
        var decoder = TICDecoder()
        var points = TeleinfoPoints(TeleinfoSettings(), context: context)
        var values: [String: FieldValue] = [:]
        var truth = house.advance(to: 1_718_000_000)
        let origin = Uptime.now
        for second in Int64(0)..<10 {
            truth = house.advance(to: 1_718_030_000 + second)
            var frames: [TICFrame] = []
            decoder.push(TICWriter.frame(truth)) { frames.append(copy $0) }
            let frame = try #require(frames.first)
            let time = Timestamp(seconds: truth.time)
            for point in points.points(of: frame, at: time, monotonic: origin + .seconds(second)) {
                for (field, value) in zip(point.series.fieldNames, point.values) {
                    values["\(point.series.measurement) \(field)"] = value
                }
            }
        }
        return (values, truth)
    }

    @Test("a standard producer's values are those of the house")
    func standard() throws {
        let (points, truth) = try values(HouseOptions())
        #expect(points["\"raw\".\"linky\" wh_in"] == .integer(truth.importWh))
        #expect(points["\"raw\".\"linky\" wh_out"] == .integer(truth.exportWh))
        #expect(points["\"raw\".\"linky\" va_in"] == .integer(truth.isExporting ? 0 : truth.apparentVA))
        #expect(points["\"raw\".\"linky\" va_out"] == .integer(truth.isExporting ? truth.apparentVA : 0))
        #expect(points["\"raw\".\"linky\" pref_va"] == .integer(9000))
        #expect(points["\"raw\".\"linky\" ntarf"] == .integer(Int64(truth.supplierIndex)))
        #expect(points["\"raw\".\"phase\" v"] == .integer(truth.phases[0].volts))
    }

    @Test(
        "a historique meter has the sum of its registers, and no voltage or injection",
        arguments: HouseTariff.allCases
    )
    func historique(_ tariff: HouseTariff) throws {
        var options = HouseOptions()
        options.mode = .historique
        options.tariff = tariff
        let (points, truth) = try values(options)
        #expect(points["\"raw\".\"linky\" wh_in"] == .integer(truth.importWh))
        #expect(points["\"raw\".\"linky\" ntarf"] == .integer(Int64(truth.supplierIndex)))
        #expect(points["\"raw\".\"linky\" pref_va"] == .integer(9000))
        #expect(points["\"raw\".\"linky\" wh_out"] == .some(nil) || points["\"raw\".\"linky\" wh_out"] == nil)
        #expect(points["\"raw\".\"phase\" v"] == nil)
    }

    @Test("three phases have a point each")
    func threePhases() throws {
        var options = HouseOptions()
        options.phases = 3
        let (points, truth) = try values(options)
        #expect(points["\"raw\".\"phase\" v"] == .integer(truth.phases[2].volts))
        #expect(points["\"raw\".\"linky\" wh_in"] == .integer(truth.importWh))
    }
}

@Suite struct RegistryTests {
    @Test("every kind of meter is named once, explained in one sentence, and has a sample without errors")
    func walk() {
        let kinds = SourceRegistry.builtIn.all
        #expect(Set(kinds.map { $0.type }).count == kinds.count)
        for kind in kinds {
            #expect(kind.summary.english.hasSuffix(".") && kind.summary.english.count < 120)
            let document = ConfigDocument(text: kind.sample, file: "sample.toml")
            for (_, section) in document.root.namedSections("source") {
                #expect(section.string("type", "kind") == kind.type)
                _ = kind.init(settings: section)
                section.finish()
            }
            document.root.finish()
            #expect(document.diagnostics.all.isEmpty, "\(document.diagnostics.all)")
            let section = ConfigSection.describing(path: "source.NAME")
            _ = kind.init(settings: section)
            #expect(!section.declarations.isEmpty && section.declarations.allSatisfy { !$0.help.english.isEmpty })
        }
    }
}

@Suite struct DamagedFrameTests {
    @Test("a frame with one damaged group loses that group only")
    func oneBadGroup() throws {
        let context = SourceContext(name: "linky", tags: [], logger: Logger(label: "test"))
        var house = House(options: HouseOptions(), start: 1_718_000_000)
        var bytes = TICWriter.frame(house.advance(to: 1_718_000_100))
        let voltage = try #require(bytes.firstRange(of: Array("URMS1".utf8)))
        bytes[voltage.upperBound + 1] ^= 1
        var frames: [TICFrame] = []
        var decoder = TICDecoder()
        decoder.push(bytes) { frames.append(copy $0) }
        var points = TeleinfoPoints(TeleinfoSettings(), context: context)
        let frame = try #require(frames.first)
        var made = (0..<8).flatMap { points.points(of: frame, at: Timestamp(seconds: $0), monotonic: .now) }
        made = made.suffix(2) + points.finish()
        let phase = try #require(made.first { $0.series.measurement.name == "phase" })
        #expect(phase.values[0] == nil)
        #expect(phase.values[1] != nil && phase.values[2] != nil)
        #expect(made.contains { $0.series.measurement.name == "linky" })
    }
}
