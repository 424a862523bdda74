import Testing

@testable import MeterCore

/// Powers that cannot all be true, and what may only look like that.
@Suite struct SuspicionTests {
    /// 2026-01-14 12:00 in Paris.
    private let noon: Int64 = 1_768_388_400

    private func books() -> Books {
        var settings = Ledger.Settings()
        settings.production = Production(sources: ["toit"], isComplete: true)
        return Books(Ledger(settings))
    }

    /// The titles told while the house draws what it draws and the panels are read each so many seconds.
    private func told(panels: Double, grid: [Double], panelsEvery period: Int64) -> [String] {
        var books = books()
        for (number, watts) in grid.enumerated() {
            let time = noon + Int64(number) * 10
            if Int64(number) * 10 % period == 0 { books.learn("toit", time, .production(watts: panels)) }
            books.learn("shelly", time, .gridPower(watts: watts, tellsBoth: true))
        }
        return books.events.map(\.title)
    }

    @Test("three slots below zero are an unmeasured producer; two are not, nor is what two meters differ by")
    func slots() {
        let below = ["Production non mesurée"]
        #expect(told(panels: 100, grid: [-300, -300, -300, -300], panelsEvery: 10) == below)
        #expect(told(panels: 100, grid: [-300, -300, 200, -300, -300, 200, 200], panelsEvery: 10).isEmpty)
        #expect(told(panels: 100, grid: [-140, -140, -140, -140, -140], panelsEvery: 10).isEmpty)
        #expect(told(panels: 5800, grid: [-6000, -6000, -6000, -6000, -6000], panelsEvery: 10).isEmpty)
    }

    @Test("a sun that rises faster than the panels are read is no producer; one that stays is, after three readings")
    func slow() {
        // At each reading of the panels all is well, and between two of them more is injected than they said.
        let ramp = (0..<60).map { $0 % 6 == 0 ? -50.0 : -400 }
        #expect(told(panels: 100, grid: ramp, panelsEvery: 60).isEmpty)
        let steady = [Double](repeating: -400, count: 20)
        #expect(told(panels: 100, grid: steady, panelsEvery: 60) == ["Production non mesurée"])
    }

    @Test("with other sources it is news again")
    func otherSources() {
        var books = books()
        func live(_ from: Int64, _ books: inout Books) {
            for second in stride(from: from, to: from + 100, by: 10) {
                books.learn("toit", noon + second, .production(watts: 100))
                books.learn("shelly", noon + second, .gridPower(watts: -400, tellsBoth: true))
            }
        }
        for (start, sources) in [
            (Int64(0), ["toit", "shelly"]), (200, ["shelly", "toit"]), (400, ["toit", "shelly", "b"]),
        ] {
            books.ledger.keep(sources)
            live(start, &books)
        }
        #expect(books.events.map(\.title) == ["Production non mesurée", "Production non mesurée"])
    }

    @Test(
        "a battery's sign is wrong when its charge goes the other way for half an hour, and not when it leaps",
        arguments: [
            // Watts, percent at the start, percent an hour, and a leap after 20 minutes.
            (800.0, 50.0, 8.0, 0.0, true), (-800, 50, -8, 0, true), (800, 50, -8, 0, false), (-800, 50, 8, 0, false),
            (800, 50, -8, 40, false), (30, 50, 8, 0, false), (800, 50, 1, 0, false),
        ]
    )
    func sign(_ watts: Double, _ percent: Double, _ anHour: Double, _ leap: Double, _ isWrong: Bool) {
        for isApart in [false, true] {
            var books = books()
            for second in stride(from: Int64(0), through: 3600, by: 10) {
                let charge = Fact.charge(percent: percent + anHour * Double(second) / 3600 + (second > 1200 ? leap : 0))
                let power = Fact.batteryPower(watts: watts)
                if isApart {
                    books.learn("pack", noon + second, charge)
                    books.learn("pack", noon + second + 1, power)
                } else {
                    books.learn("pack", noon + second, power, charge)
                }
            }
            #expect(books.events.map(\.title) == (isWrong ? ["Batterie lue à l'envers"] : []))
        }
    }

    @Test("powers five minutes apart accuse no battery: what it gave and took in between is not known")
    func sparse() {
        var books = books()
        for second in stride(from: Int64(0), through: 7200, by: 300) {
            let charge = Fact.charge(percent: 50 + 8 * Double(second) / 3600)
            books.learn("pack", noon + second, .batteryPower(watts: 800), charge)
        }
        #expect(books.events.isEmpty)
    }
}
