import MeterProtocols
import Testing

@Suite struct HorodateTests {
    @Test(
        "the season gives the offset, also in the hour that comes twice",
        arguments: [
            ("E251026023000", 1_761_438_600), ("H251026023000", 1_761_442_200), ("E250330030000", 1_743_296_400),
            ("H081225223518", 1_230_240_918), ("H000101000000", 946_681_200), ("H000229120000", 951_822_000),
            ("e250714193042", 1_752_514_242), ("h991231235959", 4_102_441_199),
        ]
    )
    func season(text: String, seconds: Int64) throws {
        let horodate = try #require(Horodate(text))
        #expect(horodate.unixSeconds == seconds)
        #expect(horodate.description == text)
        #expect(horodate.isDegraded == (text.first?.isLowercase == true))
    }

    @Test(
        "without a season the calendar of Paris decides",
        arguments: [
            (" 250330015959", "H250330015959"), (" 250330030000", "E250330030000"), (" 251026015959", "E251026015959"),
            (" 251026023000", "E251026023000"), (" 251026030000", "H251026030000"), (" 240331030000", "E240331030000"),
            (" 240330120000", "H240330120000"), (" 250115000000", "H250115000000"), (" 250715000000", "E250715000000"),
            (" 301027030000", "H301027030000"), (" 301026235959", "E301026235959"),
        ]
    )
    func calendar(text: String, same: String) throws {
        #expect(try #require(Horodate(text)).unixSeconds == #require(Horodate(same)).unixSeconds)
        #expect(Horodate(text)?.season == .unspecified)
    }

    @Test("the fields are those written")
    func fields() throws {
        let date = try #require(Horodate("E250714193042"))
        #expect(date.season == .summer)
        #expect([date.year, date.month, date.day, date.hour, date.minute, date.second] == [2025, 7, 14, 19, 30, 42])
    }

    @Test(
        "what is not a date of the calendar is refused",
        arguments: [
            "", "E25071419304", "E2507141930420", "X250714193042", "E251314193042", "E250014193042", "E250700193042",
            "E250732193042", "E250714243042", "E250714196042", "E250714193060", "E25071419304A", "E2507141930 2",
            "H250229120000", "H240230120000", "H250431120000", "H250631000000", "H250931000000", "H251131000000",
            "É50714193042", "0250714193042", "E25071\u{0}193042",
        ]
    )
    func refused(text: String) {
        #expect(Horodate(text) == nil)
    }

    @Test(
        "a date is an instant: seconds since 1970, with the season's offset",
        arguments: [
            ("H240229123456", 1_709_206_496), ("E250714120000", 1_752_487_200), ("E251026025959", 1_761_440_399),
            ("H251026020000", 1_761_440_400), ("H000101000000", 946_681_200), ("H991231235959", 4_102_441_199),
        ]
    )
    func instants(text: String, seconds: Int64) {
        #expect(Horodate(text)?.secondsSince1970 == seconds)
    }

    @Test("a meter that lost its clock tells no instant")
    func degraded() {
        #expect(Horodate("h240229123456")?.secondsSince1970 == nil)
        #expect(Horodate(" 240229123456")?.secondsSince1970 == nil)
    }
}
