import Foundation
import MeterNotation
import Testing

@testable import HousePage
@testable import MeterCore

/// The first screen's words: what is not known is not said, what is old is not said as if it were new.
struct LiveWordsTests {
    private let words = LocalWords(language: .french, calendar: LocalCalendar(.paris))
    private let english = LocalWords(language: .english, calendar: LocalCalendar(.paris))
    /// 29 November 2026, 14:17 in Paris.
    private let now: Int64 = 1_795_958_220

    private func state(_ change: (inout HouseNow) -> Void = { _ in }) -> HouseNow {
        var state = HouseNow(time: now)
        state.meters = [HouseNow.Meter(name: "linky", seen: now - 1, isLate: false, reason: nil)]
        change(&state)
        return state
    }

    private func power(_ watts: Double) -> HouseNow.Power { HouseNow.Power(watts: watts, last: watts, seen: now) }

    @Test("a house of which nothing is known has dashes and no figure")
    func empty() {
        let live = LiveWords(state(), words)
        #expect(live.text("grid") == "—" && live.text("today-import") == "—" && live.shape == "")
        #expect(!live.texts.values.contains { $0.contains("0\u{A0}W") || $0.contains("kWh") })
        #expect(live.text("flows") == "Aucune mesure en ce moment.")
        // Said in each message, so that a page that showed a figure has none any more.
        #expect(live.marks["grid-box"] == "old" && live.marks["grid-flow"] == "none" && live.texts["grid-word"] == "")
    }

    @Test("what flows is said with its direction")
    func flows() {
        let live = LiveWords(
            state {
                $0.production = power(2350)
                $0.grid = power(-1530)
                $0.house = power(820)
                $0.battery = power(0)
                $0.chargePercent = 64
            },
            words
        )
        #expect(
            live.text("flows").hasPrefix(
                "Le soleil donne 2,35\u{A0}kW, la maison prend 820\u{A0}W, 1,53\u{A0}kW partent au réseau"
            )
        )
        #expect(live.text("grid") == "1,53\u{A0}kW" && live.text("grid-word") == "injection")
        #expect(live.marks["grid-flow"] == "out w2" && live.marks["sun-flow"] == "in w3")
        #expect(live.marks["house-flow"] == "out w2" && live.marks["battery-flow"] == "none")
        #expect(live.text("battery-word") == "64\u{A0}% · au repos")
    }

    @Test("a power that is too old is grey, without an arrow, and says when it was seen")
    func old() {
        let live = LiveWords(
            state { $0.grid = HouseNow.Power(watts: nil, last: 500, seen: now - 900) },
            words
        )
        #expect(live.text("grid") == "500\u{A0}W" && live.text("grid-word") == "vu à 14:02")
        #expect(live.marks["grid-box"] == "old" && live.marks["grid-flow"] == "none")
        let before = LiveWords(
            state { $0.grid = HouseNow.Power(watts: nil, last: 500, seen: now - 86_400) },
            words
        )
        #expect(before.text("grid-word") == "vu hier à 14:17")
        let longAgo = LiveWords(
            state { $0.grid = HouseNow.Power(watts: nil, last: 500, seen: now - 3 * 86_400) },
            words
        )
        #expect(longAgo.text("grid-word").hasPrefix("vu le ") && longAgo.text("grid-word").hasSuffix(" à 14:17"))
    }

    @Test("the sums are those of the ledger, with the subscription")
    func sums() {
        let live = LiveWords(
            state {
                $0.today = HouseNow.Sums(
                    start: now - 40_000,
                    until: now - 120,
                    sums: [
                        .importWh: 4210, .exportWh: 6100, .productionWh: 11_400, .consumptionWh: 9510, .eurImport: 0.87,
                        .eurExport: 0.244, .eurSubscription: 0.682,
                    ]
                )
            },
            words
        )
        #expect(live.text("today-import") == "4,21\u{A0}kWh" && live.text("today-import-eur") == "0,87\u{A0}€")
        #expect(live.text("today-own") == "46\u{A0}% pour vous")
        #expect(live.text("today-independence") == "autonomie 56\u{A0}%")
        #expect(live.text("today-eur") == "1,31\u{A0}€" && live.text("today-until") == "jusqu'à 14:15")
    }

    private func today(_ sums: [Field: Double], until: Int64? = nil) -> LiveWords {
        let start = words.calendar.startOfDay(now)
        return LiveWords(
            state { $0.today = HouseNow.Sums(start: start, until: until ?? now - 120, sums: sums) },
            words
        )
    }

    @Test("no share and no consumption is told while what the house used is not counted as far as what it bought")
    func behind() {
        // 10 kWh used and 4 bought until the inverter slept, and 6 bought since.
        let evening = today([.importWh: 10_000, .productionWh: 6000, .exportWh: 0, .consumptionWh: 10_000])
        #expect(evening.texts["today-independence"] == "" && evening.text("today-house") == "—")
        #expect(evening.texts["today-own"] == "" && evening.text("today-sun") == "6,00\u{A0}kWh")
        let known = today([.importWh: 10_000, .productionWh: 6000, .exportWh: 0, .consumptionWh: 16_000])
        #expect(
            known.text("today-independence") == "autonomie 38\u{A0}%" && known.text("today-house") == "16,0\u{A0}kWh"
        )
        // An inverter that was not heard at noon: its house injected more than is known to be made.
        let noon = today([.importWh: 3000, .productionWh: 2000, .exportWh: 9000, .consumptionWh: 4000])
        #expect(noon.texts["today-own"] == "" && noon.texts["today-independence"] == "")
        // What a hybrid inverter loses is no such gap.
        let battery: [Field: Double] = [
            .importWh: 2000, .productionWh: 20_000, .exportWh: 5000, .chargeWh: 8000, .dischargeWh: 7000,
            .consumptionWh: 14_500,
        ]
        #expect(today(battery).text("today-independence") == "autonomie 86\u{A0}%")
    }

    @Test("the end of the sums is of today; of a day that has none yet it says whether it has only begun")
    func until() {
        let start = words.calendar.startOfDay(now)
        #expect(today([.importWh: 1000], until: start - 40_000).text("today-until") == "—")
        #expect(today([.importWh: 1000], until: start + 900).text("today-until") == "jusqu'à 00:15")
        #expect(LiveWords(state(), words).text("today-until") == "pas encore connu")
        #expect(
            LiveWords(state { $0.time = start + 600 }, words).text("today-until") == "premier quart d'heure en cours"
        )
    }

    @Test("where nothing is drawn and nobody tells what is injected, the grid is no balance of 0 W")
    func injectionUnknown() {
        let live = LiveWords(state { $0.drawsNothing = true }, words)
        #expect(live.text("grid") == "—" && live.text("grid-word") == "pas de soutirage")
        #expect(live.marks["grid-box"] == "new" && live.marks["grid-flow"] == "none")
        #expect(live.text("flows") == "Pas de soutirage (injection inconnue).")
    }

    @Test("a moment of another year has its year")
    func moments() {
        #expect(words.moment(now - 3 * 86_400, now: now) == "26/11 à 14:17")
        #expect(words.moment(now - 365 * 86_400, now: now) == "29/11/2025 à 14:17")
        #expect(english.moment(now - 365 * 86_400, now: now) == "29 November 2025 at 14:17")
        #expect(LiveWords(state(), words).text("date") == "29/11")
    }

    @Test("the tariff in words, with Tempo's colours")
    func tariff() {
        let live = LiveWords(
            state {
                $0.price = HouseNow.Price(
                    option: "tempo",
                    register: "HCJR",
                    number: 5,
                    euros: 0.146,
                    today: .red,
                    tomorrow: nil
                )
            },
            words
        )
        #expect(live.text("price") == "Heures creuses" && live.text("price-eur") == "0,146\u{A0}€/kWh")
        #expect(live.text("tempo-today") == "rouge" && live.marks["tempo-today"] == "red")
        #expect(live.text("tempo-tomorrow") == "pas encore connu" && live.marks["tempo-tomorrow"] == "unknown")
    }

    @Test("a register of an offer has the meter's name, and its number only where the meter told none")
    func offer() {
        func price(_ name: String?) -> String? {
            LiveWords(state { $0.price = HouseNow.Price(number: 3, name: name) }, words).text("price")
        }
        #expect(price("Week-end") == "Week-end" && price(nil) == "Poste tarifaire 3")
    }

    @Test("the sentence says the most important thing")
    func sentence() {
        func sentence(_ change: (inout HouseNow) -> Void) -> HouseSentence { HouseSentence(state(change), words) }
        #expect(HouseSentence(state(), words).weight == .good)
        #expect(HouseSentence(state(), english).text == "All is well.")
        let late = sentence {
            $0.meters[0].isLate = true
            $0.meters[0].seen = now - 720
            $0.phases = [HouseNow.Phase(number: 1, volts: 256, isAllowed: false)]
        }
        #expect(late.weight == .alarm && late.text.hasPrefix("linky ne répond plus depuis 12 min."))
        #expect(
            sentence { $0.phases = [HouseNow.Phase(number: 1, volts: 256, isAllowed: false)] }.text.contains(
                "256\u{A0}V"
            )
        )
        let over = sentence { $0.subscription = HouseNow.Subscription(drawn: 6500, subscribed: 6000) }
        #expect(over.weight == .alarm && over.text.contains("6,5\u{A0}kVA pour 6\u{A0}kVA"))
        #expect(
            sentence { $0.waiting = 1 }.text == "La base de données ne répond pas ; 1 mesure attend, rien n'est perdu."
        )
        #expect(sentence { $0.waiting = 12 }.weight == .notice)
        // A sleeping inverter, and a meter that is read once a day, keep nothing waiting.
        let toit = HouseNow.Meter(name: "toit", seen: nil, isLate: false, reason: nil, isAsleep: true)
        let eau = HouseNow.Meter(name: "eau", seen: nil, isLate: false, reason: nil)
        #expect(sentence { $0.meters += [toit, eau] }.text == "Tout va bien.")
        #expect(sentence { $0.meters = [toit] }.text == "Tout va bien.")
        #expect(sentence { $0.meters = [toit, eau] }.text.hasPrefix("Les compteurs sont lus"))
        func red(at hour: Int64) -> String {
            sentence {
                $0.time = words.calendar.startOfDay(now) + hour * 3600
                $0.price = HouseNow.Price(today: .red)
            }.text
        }
        #expect([6, 12, 21].allSatisfy { red(at: $0).contains("évitez de consommer de 6 h à 22 h") })
        #expect([0, 5, 22, 23].allSatisfy { red(at: $0) == "Tout va bien." })
        #expect(sentence { $0.meters = [] }.weight == .notice)
        #expect(sentence { $0.clockIsUnknown = true }.weight == .notice)
    }

    @Test("each text has its other language")
    func bothLanguages() {
        let full = state {
            $0.production = power(10)
            $0.grid = power(20)
            $0.house = power(30)
            $0.battery = power(-40)
            $0.phases = [HouseNow.Phase(number: 1, volts: 230, isAllowed: true)]
            $0.subscription = HouseNow.Subscription(drawn: 100, subscribed: 6000)
            $0.price = HouseNow.Price(option: "hphc", register: "HP", number: 2, euros: 0.2, today: nil, tomorrow: nil)
        }
        #expect(Set(LiveWords(full, words).texts.keys) == Set(LiveWords(full, english).texts.keys))
    }

    @Test("a message is one event of JSON, whatever a meter is called")
    func message() throws {
        let name = "a\"b\\c\nd\u{2028}é<script>"
        let live = LiveWords(
            state {
                $0.meters = [HouseNow.Meter(name: name, seen: now - 900, isLate: true, reason: nil)]
                $0.grid = power(-500)
                $0.subscription = HouseNow.Subscription(drawn: 3000, subscribed: 6000)
            },
            words
        )
        let message = LiveMessage(version: "v1", words: live, made: Uptime(nanoseconds: 12_345_678_901))
        let event = String(decoding: message.event(7), as: UTF8.self)
        #expect(event.hasPrefix("retry: 3000\nid: 7\ndata: {") && event.hasSuffix("}\n\n"))
        #expect(event.count(where: { $0 == "\n" }) == 4)
        let data = try #require(event.split(separator: "\n").last?.dropFirst(6))
        let read = try JSONDecoder().decode(Message.self, from: Data(data.utf8))
        #expect(read.texts["grid-word"] == "injection" && read.marks["grid-flow"] == "out w2")
        #expect(read.lengths == ["subscribed": 50] && read.version == "v1" && read.time == now)
        #expect(read.uptime == 12_345)
        #expect(read.texts["sentence"]?.hasPrefix("a\"b\\c d\u{2028}é<script> ne répond plus") == true)
    }

    /// A message as the page's script reads it.
    private struct Message: Decodable {
        var version, shape: String
        var time, minute, uptime: Int64
        var texts, marks: [String: String]
        var lengths: [String: Int]
    }
}
