import MeterNotation
import Testing

@Suite struct TextTests {
    @Test(
        "only the white space around a text goes",
        arguments: [("", ""), (" \t\r\n", ""), ("\u{A0}a b\r\n", "a b"), ("a", "a")]
    )
    func trims(text: String, trimmed: String) {
        #expect(text.trimmed == trimmed)
        #expect("x\(text)y".dropFirst().dropLast().trimmed == trimmed)
    }

    @Test("a number gets zeros up to a count of digits, and is never cut")
    func digits() {
        #expect([0, 7, 42, 123].map { $0.digits(2) } == ["00", "07", "42", "123"])
        #expect(UInt64.max.digits(22) == "0018446744073709551615")
        #expect(Int64(0).digits(0) == "0")
        #expect(UInt32(0xAB).digits(8, radix: 16) == "000000ab")
        #expect(UInt8(0xAB).digits(1, radix: 16, uppercase: true) == "AB")
        #expect(hexadecimal([1, 0xFF, 0x0A]) == "01 FF 0A" && hexadecimal([1, 2], separator: "") == "0102")
        #expect(hexadecimal([]).isEmpty)
    }

    @Test("any text comes back from its percent escapes, which have nothing that a URL or a header line ends at")
    func percent() {
        for text in ["", "a b", "p%=", "é/ü\n", "100%", "%41", "+", "\u{0}"] {
            let escaped = percentEscaped(text)
            #expect(percentDecoded(escaped) == text)
            #expect(escaped.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "=") })
        }
        #expect(percentEscaped("a-b_c.d/é") == "a-b_c.d%2F%C3%A9")
    }

    @Test("what is no escape stands for itself", arguments: ["%", "%4", "%zz", "%+1", "a%"])
    func noEscape(text: String) { #expect(percentDecoded(text) == text) }

    @Test("lengths of time and amounts are said in the unit that people would take")
    func words() {
        #expect(
            [0, 119, 120, 7199, 7200, 172_799, 172_800].map { inWords(seconds: $0) } == [
                "0 s", "119 s", "2 min", "119 min", "2 h", "47 h", "2 days",
            ]
        )
        #expect(
            [1, 999_999, 1_000_000, 1_250_000_000].map { inWords(bytes: $0) } == [
                "1 kB", "1000 kB", "1 MB", "1.3 GB",
            ]
        )
        #expect(
            [59, 60, 3600, 3960, 172_799, 172_800].map(frenchDuration) == [
                "59 s", "1 min", "1 h 00 min", "1 h 06 min", "47 h 59 min", "2 jours",
            ]
        )
    }

    @Test("numbers are written in French, rounded, and a zero has no sign")
    func french() {
        #expect(frenchNumber(1234.5) == "1235" && frenchNumber(-0.4) == "0" && frenchNumber(-0.5) == "-1")
        #expect(frenchNumber(6.05, decimals: 1) == "6,1" && frenchNumber(3, decimals: 2) == "3,00")
        #expect(frenchNumber(12345.6, decimals: 3, keepsZeros: false) == "12345,6")
        #expect(frenchNumber(7, decimals: 3, keepsZeros: false) == "7" && frenchNumber(0.04, decimals: 1) == "0,0")
        #expect(frenchNumber(.infinity) == "1000000000000000" && frenchNumber(.nan, decimals: 2) == "—")
    }

    @Test("a date of the calendar exists, others do not; weekdays and months have their length")
    func dates() {
        func date(_ year: Int64, _ month: Int64, _ day: Int64) -> LocalDate {
            LocalDate(year: year, month: month, day: day)
        }
        #expect(date(2024, 2, 29).exists && !date(2023, 2, 29).exists && !date(2100, 2, 29).exists)
        #expect(date(2000, 2, 29).exists && !date(2024, 4, 31).exists)
        #expect(date(1970, 1, 1).weekday == 4 && date(2026, 11, 29).weekday == 0 && date(1969, 12, 31).weekday == 3)
        #expect(date(2024, 2, 1).daysInMonth == 29 && date(2025, 12, 3).daysInMonth == 31)
        #expect("\(date(2026, 2, 1))" == "2026-02-01")
    }
}
