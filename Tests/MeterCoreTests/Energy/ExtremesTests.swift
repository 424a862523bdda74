import MeterCore
import Testing

@Suite struct ExtremesTests {
    /// 2026-01-14 00:00 in Paris.
    private let midnight: Int64 = 1_768_345_200
    private static let day = "day.phase,phase=1,site=maison"

    private func volts(_ volts: Double, _ phase: Int = 1) -> Fact { .phase(phase, volts: volts, va: nil) }

    @Test("a voltage stands for a minute at most: an hour without a reading is no hour of bad voltage")
    func held() {
        var books = Books()
        for second in [0, 10, 70, 3670, 3680] as [Int64] { books.learn("linky", midnight + second, volts(260)) }
        books.learn("linky", midnight + 3690, volts(230))
        books.learn("linky", midnight + 86_400, volts(230))
        #expect(books.value(Self.day, "out_s", at: midnight) == 90)
    }

    @Test("the largest power of a quarter is its own, and not the one before")
    func powerOfQuarter() {
        var books = Books()
        for (second, drawn) in [(0, 9000), (60, 400), (900, 500), (960, 700), (1000, 600), (1800, 100)]
            as [(Int64, Int64)]
        {
            books.learn("linky", midnight + second, .apparentPower(import: drawn, export: nil))
        }
        let power = books.values("m15.power,site=maison", "va_max")
        #expect(power == [midnight: 9000, midnight + 900: 700])
    }

    @Test("a late reading of yesterday changes nothing of today")
    func lateDay() {
        var books = Books()
        books.learn("linky", midnight - 100, volts(240))
        books.learn("linky", midnight + 100, volts(251))
        books.learn("linky", midnight + 200, volts(219))
        // Another meter's, on the same phase.
        books.learn("sous-compteur", midnight - 50, volts(199))
        books.learn("linky", midnight + 300, volts(230))
        books.learn("linky", midnight + 86_500, volts(230))
        #expect(books.value(Self.day, "v_max", at: midnight) == 251)
        #expect(books.value(Self.day, "v_min", at: midnight) == 219)
    }
}
