import MeterNotation
import Testing

/// Dates in the heads of HTTP answers.
@Suite struct HTTPDateTests {
    @Test(
        "the form that servers must use, and nothing else",
        arguments: [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Mon, 30 Nov 2026 02:56:37 GMT", 1_796_007_397),
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Thu, 29 Feb 2024 23:59:60 GMT", 1_709_251_200),
            ("Sunday, 06-Nov-94 08:49:37 GMT", nil), ("Sun Nov  6 08:49:37 1994", nil), ("", nil),
            ("Thu, 30 Feb 2026 00:00:00 GMT", nil), ("Mon, 30 Nov 2026 24:00:00 GMT", nil),
            ("Mon, 30 Nov 2026 02:56 GMT", nil), ("Mon, 30 Nov 2026 02:56:37 CET", nil),
        ] as [(String, Int64?)]
    )
    func read(_ text: String, _ seconds: Int64?) { #expect(secondsOfHTTPDate(text) == seconds) }
}
