import MeterProtocols
import Testing

@Suite struct TICFrameTests {
    private func frame(_ values: [Value]) throws -> TICFrame {
        try #require(Decoded(TICWriter(mode: values[0].label.mode).frame(values)).frames.first)
    }

    @Test("a producer's frame carries injection, reactive energy and status")
    func producer() throws {
        let labels = Meters.everything.filter { ![.msg2, .ppointe].contains($0) }
        var values = Value.samples(labels)
        let changes: [TICLabel: String] = [
            .eait: "007654321", .sinsti: "02480", .ngtf: "   PRODUCTEUR   ", .stge: "00DA0700", .relais: "140",
        ]
        for position in values.indices {
            values[position].data = changes[values[position].label] ?? values[position].data
        }
        let frame = try frame(values)
        #expect(frame.integer(.eait) == 7_654_321)
        #expect(frame.integer(.sinsti) == 2480)
        #expect(frame.trimmed(.ngtf) == "PRODUCTEUR")
        #expect(frame.text(.ngtf) == "   PRODUCTEUR   ")
        #expect(frame.integer(.stge) == 0x00DA_0700)
        #expect(frame.status?.isProducer == true)
        #expect(frame.integer(.relais) == 140)
        #expect(frame.horodate(.dpm1)?.season == .unspecified)
        #expect(frame.horodate(.ccain)?.season == .summer)
        #expect(frame.address?.type == 67)
        #expect(!frame.isShort)
    }

    @Test("what is not in a frame is nothing, not zero")
    func missing() throws {
        let frame = try frame(Value.samples([.adsc, .date]))
        for label in TICLabel.allCases where label != .adsc && label != .date {
            #expect(!frame.contains(label))
            #expect(frame.integer(label) == nil && frame.text(label) == nil && frame.horodate(label) == nil)
            #expect(frame.trimmed(label) == nil)
        }
        #expect(frame.status == nil && frame.tomorrow == nil && frame.mobilePeak == nil)
        #expect(frame.text(.date) == "" && frame.integer(.adsc) == nil)
    }

    @Test("a text of spaces is trimmed to nothing, one without is left alone")
    func trimming() throws {
        let writer = TICWriter(mode: .standard)
        let bytes =
            [0x02] + writer.group("NGTF", String(repeating: " ", count: 16)) + writer.group("LTARF", "INDEX NON CONSO ")
            + writer.group("MSG2", "0123456789ABCDEF") + [0x03]
        let frame = try #require(Decoded(bytes).frames.first)
        #expect(frame.trimmed(.ngtf) == "")
        #expect(frame.trimmed(.ltarf) == "INDEX NON CONSO")
        #expect(frame.trimmed(.msg2) == "0123456789ABCDEF")
    }

    @Test("labels are walked in the order of emission, however they came")
    func order() throws {
        let labels: [TICLabel] = [.adsc, .pjourfNext, .stge, .east, .umoy3, .easf10]
        #expect(try Array(frame(Value.samples(labels)).labels) == labels.sorted())
        #expect(try frame(Value.samples(labels)).labels.count == 6)
    }

    @Test("frames are equal if their values and dates are")
    func equality() throws {
        let values = Value.samples(Meters.singlePhase)
        #expect(try frame(values) == frame(values))
        for position in values.indices where values[position].label.kind != .horodate {
            var other = values
            other[position].data = Value.sample(values[position].label, 2).data
            if other != values { #expect(try frame(other) != frame(values), "\(values[position])") }
        }
        var later = values
        later[2].horodate = "E250714193043"
        #expect(try frame(later) != frame(values))
    }

    @Test("a frame can go to another task")
    func sendable() async throws {
        let frame = try frame(Value.samples(Meters.singlePhase))
        let sum = await Task.detached { frame.integer(.east) }.value
        #expect(sum == frame.integer(.east))
    }

    @Test("the benchmark counts what is in the corpus")
    func benchmark() {
        let values = Value.samples(Meters.everything)
        let bytes = (1...5).flatMap { _ in TICWriter(mode: .standard).frame(values) }
        let result = TICBenchmark.decode(bytes.span, mode: .standard, rounds: 2)
        #expect(result.frames == 5)
        #expect(result.groups == 5 * values.count)
        #expect(result.sum == 5 * values.filter { $0.label.kind == .integer }.reduce(0) { $0 + (Int64($1.data) ?? 0) })
    }

    @Test("an alert on whichever phase makes a short frame", arguments: [TICLabel.adir1, .adir2, .adir3])
    func short(_ alert: TICLabel) throws {
        #expect(try frame(Value.samples([alert, .adco, .iinst1, .iinst2, .iinst3])).isShort)
        #expect(try !frame(Value.samples(Meters.threePhase)).isShort)
    }
}
