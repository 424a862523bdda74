import InfluxOutput
import MeterNotation
import Testing

@testable import HousePage
@testable import MeterCore

/// Whole pages: what a house does not have is absent, what it has is there once, and no name is ever markup.
struct ScreensTests {
    private let words = LocalWords(language: .french, calendar: LocalCalendar(.paris))
    /// 29 November 2026, 14:17 in Paris.
    private let now: Int64 = 1_795_958_220
    private static let hostile = "\"></h1><script>alert(1)</script><img src=x onerror='alert(1)'>"

    private func frame(_ place: String? = nil, isWall: Bool = false) -> Frame {
        Frame(words: words, place: place, isWall: isWall)
    }

    private func direct(_ state: HouseNow, _ events: [EnergyEvent] = [], _ frame: Frame? = nil) -> String {
        DirectScreen(
            frame: frame ?? self.frame(),
            live: LiveWords(state, words, news: events.last),
            state: state,
            curve: PowerCurve([], PowerCurve.day(until: now), words)
        ).page.text
    }

    private func power(_ watts: Double) -> HouseNow.Power { HouseNow.Power(watts: watts, last: watts, seen: now) }

    private var full: HouseNow {
        var state = HouseNow(time: now)
        state.production = power(2350)
        state.grid = power(-1530)
        state.house = power(420)
        state.battery = power(-400)
        state.chargePercent = 64
        state.today = HouseNow.Sums(
            start: now - 40_000,
            until: now - 120,
            sums: [
                .importWh: 4210, .exportWh: 6100, .productionWh: 11_400, .consumptionWh: 9510, .dischargeWh: 700,
                .eurImport: 0.87,
            ]
        )
        state.price = HouseNow.Price(
            option: "tempo",
            register: "HPJB",
            number: 2,
            euros: 0.1494,
            today: .blue,
            tomorrow: .red
        )
        state.phases = [HouseNow.Phase(number: 1, volts: 232, isAllowed: true)]
        state.subscription = HouseNow.Subscription(drawn: 1080, subscribed: 6000)
        state.mode = "standard"
        return state
    }

    /// Parts of the first screen, by a mark of their markup.
    private static let parts = [
        "class=\"node sun\"", "class=\"node battery\"", "class=\"tempo\"", "class=\"subscribed\"",
        "class=\"card volts\"",
        "data-t=\"today-export\"", "data-t=\"today-discharge\"", "data-t=\"price-eur\"", "data-t=\"today-eur\"",
    ]

    @Test("a house with everything has each part once, and one without has none of them empty")
    func parts() {
        let (all, none) = (direct(full), direct(HouseNow(time: now)))
        for part in Self.parts {
            #expect(all.components(of: part) == 1, "\(part)")
            #expect(none.components(of: part) == 0, "\(part)")
        }
        for page in [all, none] {
            #expect(page.components(of: "<h1>") == 1 && page.components(of: "<main>") == 1)
            #expect(page.components(of: "class=\"node grid\"") == 1 && page.components(of: "class=\"node house\"") == 1)
        }
    }

    @Test("a Linky in mode historique says how to have the voltage, and no other house asks for it")
    func historique() {
        var state = HouseNow(time: now)
        state.mode = "historique"
        #expect(direct(state).contains("href=\"/aide#standard\""))
        #expect(!direct(HouseNow(time: now)).contains("/aide#standard") && !direct(full).contains("/aide#standard"))
    }

    @Test("a display on a wall has its class, and each page but the first no script")
    func wall() {
        #expect(direct(full, [], frame(isWall: true)).contains("<html lang=\"fr\" class=\"wall\">"))
        #expect(direct(full).components(of: "<script") == 1)
        #expect(!HelpScreen(frame: frame(), address: "box").page.text.contains("<script"))
    }

    @Test("names and texts from meters, events, servers and addresses are never markup")
    func hostile() {
        let name = Self.hostile
        var state = full
        state.meters = [
            HouseNow.Meter(name: name, seen: nil, isLate: true, reason: name),
            HouseNow.Meter(name: name, seen: now, isLate: false, reason: nil),
            HouseNow.Meter(name: name, seen: now - 900, isLate: true, reason: name),
        ]
        state.price = HouseNow.Price(option: name, register: name, number: 2, euros: 0.1, today: .red, tomorrow: nil)
        let events = [EnergyEvent(.meter, at: now, name, name)]
        var box = BoxCondition(startedAt: now - 60)
        box.outputs = [BoxCondition.Output(server: name, waiting: 3, isAway: true, error: name)]
        let sums: [Field: Double] = [.importWh: 1]
        let found = EnergyScreen.Found(
            energies: [HouseHistory.Energies(start: words.calendar.startOfDay(now), sums: sums)],
            yearBefore: [],
            parts: [
                HouseHistory.Part(source: name, role: "water", value: 1), .init(source: name, role: name, value: 1),
            ]
        )
        let period = EnergyPeriod(.month, containing: words.calendar.date(now), words.calendar)
        let frame = frame(name)
        for page in [
            direct(state, events, frame),
            HealthScreen(frame: frame, state: state, box: box).page.text,
            EventsScreen(frame: frame, events: events, isWhole: false, now: now).page.text,
            EnergyScreen(frame: frame, period: period, now: now, found: found).page.text,
            HelpScreen(frame: frame, address: name).page.text,
        ] {
            #expect(!page.contains("<img") && !page.contains("<script>") && !page.contains("onerror='"), "\(page)")
            #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        }
    }

    @Test("an event that is over takes the place of its beginning, and the database's are not told twice")
    func events() {
        let stored = [EnergyEvent(.voltage, at: 20, "b", "en cours"), EnergyEvent(.meter, at: 10, "a", "x")]
        let merged = EventsScreen.merged(stored, [EnergyEvent(.voltage, at: 20, "b", "finie")])
        #expect(merged.map(\.text) == ["finie", "x"])
    }

    @Test("the newest event of the first screen is a place of its own, as a message has it")
    func news() {
        let event = EnergyEvent(.tempo, at: now - 86_400, "Demain : jour rouge", "Les heures pleines sont chères.")
        let live = LiveWords(full, words, news: event)
        #expect(live.texts["news-moment"] == "hier à 14:17" && live.texts["news-title"] == event.title)
        let page = direct(full, [event])
        #expect(page.contains("<span data-t=\"news-text\">Les heures pleines sont chères.</span>"))
        #expect(!direct(full).contains("id=\"news\""))
        #expect(live.shape != LiveWords(full, words).shape)
    }

    @Test("an event is told in the language of its reader")
    func english() {
        let english = LocalWords(language: .english, calendar: words.calendar)
        let event = EnergyEvent(.tempo, at: now, "Demain : jour bleu", "Les prix sont les plus bas.")
        let letter = EnergyEvent(.letter, at: now, "Votre mois d'octobre 2026", "Acheté au réseau : 210 kWh.")
        let page = EventsScreen(
            frame: Frame(words: english, place: "x", isWall: false),
            events: [event, letter],
            isWhole: true,
            now: now
        ).page.text
        #expect(page.contains("Tomorrow: a blue day") && page.contains("Prices are at their lowest."))
        #expect(page.contains("Your \(english.month(english.calendar.date(now).firstOfMonth(plus: -1)))"))
        #expect(!page.contains("Demain") && !page.contains("Acheté"))
        #expect(LiveWords(full, english, news: event).texts["news-title"] == "Tomorrow: a blue day")
        #expect(LiveWords(full, words, news: event).texts["news-title"] == "Demain : jour bleu")
    }

    @Test(
        "a page with other rows has another shape",
        arguments: [Field.productionWh, .consumptionWh, .exportWh, .dischargeWh, .eurImport]
    )
    func shape(_ field: Field) {
        var less = full
        less.today?.sums[field] = nil
        #expect(direct(less).components(of: "<tr") != direct(full).components(of: "<tr"))
        #expect(LiveWords(less, words).shape != LiveWords(full, words).shape)
        // A share that is not known for a moment is no other page.
        var uneven = full
        uneven.today?.sums[.consumptionWh] = 3000
        #expect(LiveWords(uneven, words).shape == LiveWords(full, words).shape)
    }

    @Test("before 06:00 the colour of tomorrow is that of this day, from 06:00 on")
    func tempoNight() {
        var night = full
        night.meters = [HouseNow.Meter(name: "linky", seen: now, isLate: false, reason: nil)]
        var day = night
        night.time = words.calendar.startOfDay(now) + 3 * 3600
        day.time = now
        #expect(direct(night).contains(">Tempo, jusqu&#39;à 6 h<") && !direct(day).contains("jusqu&#39;à 6 h"))
        #expect(LiveWords(night, words).text("tempo-then") == "puis")
        #expect(LiveWords(day, words).text("tempo-then") == "demain")
        #expect(HouseSentence(night, words).text == "Tout va bien. À partir de 6 h : jour Tempo rouge.")
        #expect(HouseSentence(day, words).text == "Tout va bien. Demain : jour Tempo rouge.")
    }

    @Test("a meter that sleeps is well, and the page of health says so")
    func asleep() {
        var state = full
        state.meters = [HouseNow.Meter(name: "toit", seen: nil, isLate: false, reason: nil, isAsleep: true)]
        let page = HealthScreen(frame: frame(), state: state, box: BoxCondition(startedAt: now - 60)).page.text
        #expect(page.contains("<li data-s=\"good\"><span class=\"dot\"></span><b>toit</b> dort, faute de soleil</li>"))
    }

    @Test("a day of which the database keeps no curve any more says so, and no page leads there")
    func oldCurve() {
        func curve(_ days: Int64, _ steps: [DayCurve.Minute]) -> String {
            let end = words.calendar.startOfDay(now) - days * 86_400
            let screen = CurveScreen(frame: frame(), span: end - 86_400..<end, now: now, steps: steps, step: 300)
            return screen.page.text
        }
        #expect(curve(100, []).contains("les courbes sont gardées 60 jours"))
        #expect(curve(3, []).contains("Rien de mesuré sur cette période.") && !curve(3, []).contains("<svg"))
        let end = words.calendar.startOfDay(now) - 3 * 86_400
        #expect(curve(3, [DayCurve.Minute(time: end - 3600, house: 500)]).contains("<svg"))
        func day(_ date: LocalDate) -> String {
            let period = EnergyPeriod(.day, containing: date, words.calendar)
            return EnergyScreen(frame: frame(), period: period, now: now, found: nil).page.text
        }
        #expect(!day(LocalDate(year: 2026, month: 8, day: 1)).contains("/courbe"))
        #expect(day(LocalDate(year: 2026, month: 11, day: 1)).contains("/courbe"))
    }

    @Test("a day leads to its curve, a month does not; the curve's question is kept within what there is")
    func curveLinks() {
        let day = EnergyPeriod(.day, containing: LocalDate(year: 2026, month: 10, day: 25), words.calendar)
        let page = EnergyScreen(frame: frame(), period: day, now: now, found: nil).page.text
        #expect(page.contains("href=\"/courbe?d=2026-10-25\""))
        let month = EnergyPeriod(.month, containing: day.date, words.calendar)
        #expect(!EnergyScreen(frame: frame(), period: month, now: now, found: nil).page.text.contains("/courbe"))
        let hour = (now / 3600 + 1) * 3600
        for (question, span) in [
            ([("h", "1")], hour - 3600..<hour), ([("h", "7")], hour - 21_600..<hour),
            ([("h", "-1")], hour - 21_600..<hour),
            ([("h", "24"), ("a", "99999999999999999")], hour - 86_400..<hour), ([("a", "0")], 64_800..<86_400),
            ([("a", "-9223372036854775808"), ("h", "24")], 0..<86_400), ([("d", "2026-10-25")], day.span),
        ] as [([(String, String)], Range<Int64>)] {
            let question = question.map { (name: $0.0, text: $0.1) }
            #expect(CurveScreen.span(question, now: now, words.calendar) == span, "\(question)")
        }
    }

    @Test("the curve of a day is all of it under its own date, of 23, 24 and 25 hours, and of today until midnight")
    func curveOfADay() {
        func shown(_ question: [(name: String, text: String)], at now: Int64) -> String {
            let span = CurveScreen.span(question, now: now, words.calendar)
            let step = PowerCurve.step(of: span)
            return CurveScreen(
                frame: frame(),
                span: span,
                now: now,
                steps: [.init(time: span.lowerBound, drawn: 100)],
                step: step
            ).page.text
        }
        for (date, hours) in [
            (LocalDate(year: 2026, month: 3, day: 29), 23), (LocalDate(year: 2026, month: 10, day: 25), 25),
        ] {
            let day = EnergyPeriod(.day, containing: date, words.calendar)
            #expect(day.span.count == hours * 3600)
            let page = shown([("d", "\(date)")], at: day.span.upperBound + 40 * 86_400)
            #expect(page.contains("</a> \(words.day(date)) <a"), "\(page)")
            #expect(page.contains("href=\"\(CurveScreen.link(day.moved(by: -1).date))\""))
            #expect(page.contains("href=\"\(CurveScreen.link(day.moved(by: 1).date))\""))
            #expect(page.contains("viewBox=\"0 0 \(hours * 12) "))
        }
        let today = EnergyPeriod(.day, containing: words.calendar.date(now), words.calendar)
        for question in ["\(today.date)", "\(today.moved(by: 9).date)"] {
            let page = shown([("d", question)], at: now)
            #expect(page.contains("</a> \(words.day(today.date)) </h2>"), "\(page)")
        }
        // Hours of two days are under both dates.
        let both = shown([("h", "24"), ("a", "\(today.span.lowerBound + 7200)")], at: now)
        #expect(both.contains("\(words.day(today.moved(by: -1).date)) – \(words.day(today.date))"), "\(both)")
    }

    @Test("the help says how a program gets the days, and with which separators")
    func help() {
        let page = HelpScreen(frame: frame(), address: "192.168.1.9:8781").page.text
        for part in [
            "http://192.168.1.9:8781/", "/api/now", "/api/days?from=", "format=csv", "points-virgules", "/health",
        ] {
            #expect(page.contains(part), "\(part)")
        }
    }
}

extension String {
    /// The number of times that a text is in it.
    fileprivate func components(of part: String) -> Int { ranges(of: part).count }
}
