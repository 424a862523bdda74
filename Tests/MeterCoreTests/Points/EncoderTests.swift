import MeterCore
import Testing

@Suite struct EncoderTests {
    private func line(_ measurement: String, _ tags: [(String, String)], _ fields: [(String, FieldValue?)]) -> String {
        var encoder = LineProtocolEncoder(precision: .seconds)
        let series = Series(Measurement(measurement), tags: tags, fields: fields.map(\.0))
        encoder.append(Point(series, at: Timestamp(seconds: 7), fields.map(\.1)))
        return String(decoding: encoder.take(), as: UTF8.self)
    }

    @Test("tags are sorted, escaped, and left out when empty")
    func tags() {
        #expect(
            line("a,b c", [("z", "x y"), ("k=,", "="), ("empty", "")], [("f", 1)])
                == "a\\,b\\ c,k\\=\\,=\\=,z=x\\ y f=1i 7\n"
        )
    }

    @Test(
        "values are written in the shortest way that reads back the same",
        arguments: [
            (FieldValue.integer(.min), "-9223372036854775808i"), (.integer(.max), "9223372036854775807i"),
            (.integer(0), "0i"), (.float(0), "0"), (.float(-0.0), "-0"), (.float(230.5), "230.5"),
            (.float(0.1), "0.1"), (.float(-12.000001), "-12.000001"), (.float(.leastNonzeroMagnitude), "5e-324"),
            (.float(1.7976931348623157e308), "1.7976931348623157e+308"), (.float(999_999_999.5), "999999999.5"),
            (.boolean(true), "true"), (.boolean(false), "false"), (.string("a\"b\\c\n"), "\"a\\\"b\\\\c \""),
        ]
    )
    func values(_ value: FieldValue, _ text: String) {
        #expect(line("m", [], [("f", value)]) == "m f=\(text) 7\n")
    }

    @Test("numbers that cannot be stored are left out, and a point without any is no line")
    func notNumbers() {
        #expect(line("m", [], [("a", .float(.nan)), ("b", 1), ("c", nil)]) == "m b=1i 7\n")
        #expect(line("m", [], [("a", .float(.infinity)), ("c", nil)]).isEmpty)
    }

    @Test("tags are sorted and told apart as they are written, control characters being spaces")
    func controlCharacters() {
        let tags = [("a\u{0E}b", "2"), ("a\u{1E}", "1"), ("a\u{1F}", "3")]
        #expect(line("m", tags, [("f", 1)]) == "m,a\\ =3,a\\ b=2 f=1i 7\n")
    }

    @Test("a name that ends with a backslash, or is time, is one that InfluxDB can read")
    func awkwardNames() {
        #expect(line("m\\", [("t", "v\\")], [("time", 1)]) == "m_,t=v_ time_=1i 7\n")
    }

    @Test("random doubles read back as the same number")
    func doublesRoundTrip() throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            let bits = Double(bitPattern: random.next())
            let number = Bool.random() ? bits : Double(Int64.random(in: -1_000_000_000...1_000_000_000)) / 1000
            guard number.isFinite else { continue }
            let text = line("m", [], [("f", .float(number))]).dropFirst(4).dropLast(3)
            #expect(Double(text) == number, "\(number) was written as \(text)")
        }
    }

    @Test("a meter's decimals are written as they are, whichever their number", arguments: 0...6)
    func decimals(_ count: Int) {
        let power = Int64((0..<count).reduce(1) { tens, _ in tens * 10 })
        let most = 1_000_000_000 * power - 1
        let some = [0, 1, 9, 10, power / 10, power, 10 * power + 1, most / 10, most].map { min($0, most) }
        for whole in some + (0..<2000).map({ _ in Int64.random(in: 0...most) }) {
            for sign in ["", "-"] {
                let digits = String(whole)
                let padded = String(repeating: "0", count: max(count + 1 - digits.count, 0)) + digits
                var expected = Substring(sign + padded.dropLast(count) + "." + padded.suffix(count))
                while expected.last == "0" { expected.removeLast() }
                if expected.last == "." { expected.removeLast() }
                let magnitude = Double(whole) / Double(power)
                #expect(line("m", [], [("f", .float(sign.isEmpty ? magnitude : -magnitude))]) == "m f=\(expected) 7\n")
            }
        }
    }

    @Test("long strings make the buffer grow and lose nothing")
    func longStrings() {
        let text = String(repeating: "x\"", count: 40_000)
        #expect(line("m", [], [("f", .string(text)), ("g", 2)]).utf8.count == 80_000 + 40_000 + 14)
    }
}

/// The tag of the box that an output's points come from.
@Suite struct EncoderBoxTests {
    private func line(_ tags: [(String, String)], box: String?) -> String {
        var encoder = LineProtocolEncoder(precision: .seconds, box: box)
        let series = Series(Measurement("m", in: .raw), kind: nil, tags: tags, fields: ["a", "b"])
        encoder.append(Point(series, at: Timestamp(seconds: 7), [.integer(1), .string("x")]))
        encoder.append(Point(series, at: Timestamp(seconds: 8), [nil, .float(2)]))
        return encoder.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    @Test("each point has it behind its tags; one that names a box itself is of that")
    func tag() {
        #expect(line([("site", "s")], box: nil) == "m,site=s a=1i,b=\"x\" 7\nm,site=s b=2 8\n")
        #expect(
            line([("site", "s")], box: "k7f39-x2m4t")
                == "m,site=s,box=k7f39-x2m4t a=1i,b=\"x\" 7\nm,site=s,box=k7f39-x2m4t b=2 8\n"
        )
        #expect(line([], box: "k7f39-x2m4t").hasPrefix("m,box=k7f39-x2m4t a=1i"))
        #expect(line([("box", "own")], box: "k7f39-x2m4t") == line([("box", "own")], box: nil))
    }
}
