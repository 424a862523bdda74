import MeterCore
import Testing

@Suite struct LineProtocolReaderTests {
    private func read(_ line: String) throws -> Point {
        try LineProtocolReader.read(line.utf8, precision: .seconds, time: Timestamp(seconds: 7))
    }

    /// The point once more as a line in whole seconds.
    private func line(_ point: Point) -> String {
        var encoder = LineProtocolEncoder(precision: .seconds)
        encoder.append(point)
        return String(decoding: encoder.take(), as: UTF8.self)
    }

    @Test("what the encoder writes is read back as it was", arguments: 0..<200)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let letters = Array("abé ,=\"\\%µ.0")
        func text(_ least: Int) -> String {
            // A name cannot end with a backslash.
            let text = String(
                (0..<Int.random(in: least...6, using: &random)).map { _ in letters.randomElement(using: &random) ?? "x"
                }
            )
            return text.hasSuffix("\\") ? text + "x" : text
        }
        var tags: [String: String] = [:]
        for _ in 0..<Int.random(in: 0...3, using: &random) { tags[text(1)] = text(1) }
        let values: [FieldValue] = (0..<Int.random(in: 1...5, using: &random)).map { _ in
            switch Int.random(in: 0...3, using: &random) {
            case 0: .integer(Int64.random(in: .min ... .max, using: &random))
            case 1: .float(Double(bitPattern: UInt64.random(in: 0..<0x7FF0_0000_0000_0000, using: &random)))
            case 2: .boolean(Bool.random(using: &random))
            default: .string(text(0))
            }
        }
        let series = Series(
            Measurement(text(1)),
            tags: tags.map { ($0.key, $0.value) },
            fields: values.indices.map { "f\($0)" + text(0) }
        )
        let written = line(Point(series, at: Timestamp(seconds: Int64(seed) * 1_000_003), values))
        let point = try read(String(written.dropLast()))
        #expect(line(point) == written)
        #expect(point.values == values)
    }

    @Test("numbers are what InfluxDB takes them for")
    func numbers() throws {
        let point = try read("m a=1,b=1i,c=-.5,d=1.,e=1e3,f=-1.5E-3,g=T,h=false,i=\"1\"")
        let numbers: [FieldValue] = [.float(1), .integer(1), .float(-0.5), .float(1), .float(1000), .float(-0.0015)]
        #expect(point.values == numbers + [.boolean(true), .boolean(false), .string("1")])
        #expect(point.timestamp == Timestamp(seconds: 7))
        #expect(try read("m f=1 -5").timestamp == Timestamp(seconds: -5))
    }

    @Test("names that are not UTF-8 are refused, since InfluxDB fails at them", arguments: [0, 4, 6, 8])
    func brokenNames(place: Int) {
        var line = Array("mmm,k=v f=1".utf8)
        line[place] = 0xFF
        #expect(throws: LineProtocolError.self) { try LineProtocolReader.parse(line) }
    }

    @Test(
        "what InfluxDB refuses is refused, with the place",
        arguments: [
            ("m", 2), ("m f", 4), ("m f=", 5), ("m f=+1", 5), ("m f=0x10", 5), ("m f=nan", 5), ("m f=inf", 5),
            ("m f=1u", 5), ("m f=1_0", 5), ("m f=tRUE", 5), ("m f=99999999999999999999i", 5), ("m f=\"a", 5),
            ("m f=\"a\"b", 8), ("m f=1 x", 7), ("m f=1 1 2", 9), ("m f=1 1.5", 7), ("m f=1 +1", 7),
            ("m f=1 99999999999", 7), (",a=b f=1", 1), ("m,a= f=1", 5), ("m,a f=1", 4), ("m,=b f=1", 3),
            ("m,a=1,a=2 f=1", 10), ("m f=1,", 7), ("m f=1 1\r", 7), ("m f=--1", 5), ("m f=1-1", 5), ("m f=.", 5),
        ]
    )
    func refusals(line: String, column: Int) {
        let error = #expect(throws: LineProtocolError.self) { try read(line) }
        #expect(error?.column == column, "\(line): \(error.map(\.description) ?? "")")
    }
}
