import MeterCore
import MeterNotation
import Testing

@Suite("Texts with units, and measurement names")
struct UnitTextTests {
    static let durations: [(text: String, value: Duration?)] = [
        ("250ms", .milliseconds(250)), ("10s", .seconds(10)), ("5min", .seconds(300)), ("5m", .seconds(300)),
        ("2h", .seconds(7200)), ("1d", .seconds(86400)), ("60d", .seconds(5_184_000)), ("26w", .seconds(15_724_800)),
        ("1h30m", .seconds(5400)), ("1h 30 min", .seconds(5400)), (" 10 s ", .seconds(10)), ("0s", .zero),
        ("250us", .microseconds(250)), ("3µs", .microseconds(3)), ("9ns", .nanoseconds(9)),
        ("1w1d1h1min1s1ms", .milliseconds(694_861_001)),
        ("", nil), (" ", nil), ("10", nil), ("s", nil), ("1.5s", nil), ("-1s", nil), ("+1s", nil), ("10S", nil),
        ("5s1m", nil), ("1s1s", nil), ("1m1min", nil), ("1h30", nil), ("10 seconds", nil), ("١s", nil), ("1e3s", nil),
        ("10s,", nil), ("99999999999999999999s", nil), ("15251w", nil), ("15250w3000d", nil), ("0x1s", nil),
    ]

    @Test("a duration needs whole numbers with units from large to small", arguments: durations)
    func duration(text: String, value: Duration?) {
        #expect(DurationText.parse(text) == value)
    }

    @Test("a formatted duration reads back to the same")
    func durationRoundTrip() {
        var random = SplitMix(seed: 1)
        for _ in 0..<5000 {
            let bits = Int64.random(in: 0...62, using: &random)
            let value = Duration.nanoseconds(Int64.random(in: 0...(1 << bits), using: &random))
            #expect(DurationText.parse(DurationText.format(value)) == value, "\(value)")
        }
    }

    static let formatted: [(value: Duration, text: String)] = [
        (.zero, "0s"), (.seconds(5400), "1h30min"), (.seconds(86400 * 60), "60d"), (.seconds(86400 * 182), "26w"),
        (.milliseconds(1500), "1s500ms"), (.seconds(-10), "-10s"), (.seconds(Int64.max), "9223372036854775807s"),
    ]

    @Test("durations are written as people say them", arguments: formatted)
    func durationFormat(value: Duration, text: String) {
        #expect(DurationText.format(value) == text)
    }

    static let sizes: [(text: String, value: Int?)] = [
        ("200MB", 200_000_000), ("64KiB", 65536), ("1GB", 1_000_000_000), ("1 GiB", 1 << 30), ("5kB", 5000),
        ("5KB", 5000), ("0B", 0), ("2MiB", 2 << 20), ("1TB", 1_000_000_000_000), ("1TiB", 1 << 40),
        ("", nil), ("200", nil), ("MB", nil), ("1.5GB", nil), ("-1B", nil), ("1mb", nil), ("1M", nil), ("1MB1B", nil),
        ("9999999999999TB", nil), ("10 MB x", nil),
    ]

    @Test("an amount of bytes needs a whole number and a unit", arguments: sizes)
    func byteCount(text: String, value: Int?) {
        #expect(ByteCountText.parse(text) == value)
    }

    @Test("a formatted amount reads back to the same, and briefly")
    func byteCountRoundTrip() {
        var random = SplitMix(seed: 2)
        for _ in 0..<5000 {
            let bits = Int.random(in: 0...62, using: &random)
            let value = Int.random(in: 0...(1 << bits), using: &random)
            #expect(ByteCountText.parse(ByteCountText.format(value)) == value)
        }
        #expect(
            [0, 1001, 65536, 200_000_000, 1 << 30].map(ByteCountText.format) == [
                "0B", "1001B", "64KiB", "200MB", "1GiB",
            ]
        )
    }

    static let measurements: [(text: String, policy: String?, name: String?)] = [
        ("linky", nil, "linky"), ("30days.linky", "30days", "linky"), ("\"30days\".\"linky\"", "30days", "linky"),
        ("\"30days\".linky", "30days", "linky"), ("30days.\"a.b\"", "30days", "a.b"), ("\"a b\"", nil, "a b"),
        ("\"a\\\"b\\\\c\"", nil, "a\"b\\c"), ("énergie", nil, "énergie"), ("a-b_c", nil, "a-b_c"),
        ("", nil, nil), (".", nil, nil), ("a.", nil, nil), (".a", nil, nil), ("a..b", nil, nil), ("a.b.c", nil, nil),
        ("\"\"", nil, nil), ("\"\".a", nil, nil), ("\"a", nil, nil), ("a\"", nil, nil), ("\"a\"b", nil, nil),
        ("a b", nil, nil), ("a\nb", nil, nil), ("\"a\nb\"", nil, nil), ("\"a\\n\"", nil, nil), ("a\\b", nil, nil),
        ("\"a\".\"b\".\"c\"", nil, nil), ("\"a\\", nil, nil),
    ]

    @Test("a measurement has an optional policy, each part quoted or not", arguments: measurements)
    func measurement(text: String, policy: String?, name: String?) {
        let parsed = parseMeasurementName(text)
        #expect(parsed?.name == name)
        #expect(parsed?.policy == policy)
    }
}
