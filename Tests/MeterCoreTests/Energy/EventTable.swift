import Foundation
import MeterNotation
import Testing

@testable import MeterCore

/// What happens to a box while something is news.
enum Disturbance: String, CaseIterable, CustomTestStringConvertible {
    /// Each reading comes twice.
    case repeated
    /// Every second reading lacks what tells the news.
    case damaged
    /// The program starts again in the middle, from its saved state.
    case restart
    /// A day of the calendar ends in the middle.
    case dayChange = "day change"
    /// The meter is replaced in the middle.
    case swap = "meter swap"

    var testDescription: String { rawValue }
}

/// One event of the program: its words, and the story in which it is news once.
struct EventRow: Sendable, CustomTestStringConvertible {
    /// The title, in which `…` stands for what changes.
    let title: String
    let kind: EnergyEvent.Kind
    /// When and how often it is told, for influx/READINGS.md.
    let when: String
    /// The second telling, under the same time, when it is over.
    var isToldAgain = false
    /// How often it is told where that is not once.
    var exceptions: [Disturbance: Int] = [:]
    let story: @Sendable (inout EventStory) -> Void

    var testDescription: String { title }

    /// True for an event under this title.
    func isOf(_ event: EnergyEvent) -> Bool { matches(event.title) && event.kind == kind }

    /// True for a title of this row.
    func matches(_ title: String) -> Bool {
        let parts = self.title.split(separator: "…", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return title == self.title }
        return title.hasPrefix(parts[0]) && title.hasSuffix(parts[1])
    }
}

/// A house for an hour or more, with a disturbance in its middle.
struct EventStory {
    /// 2026-01-14 00:00 in Paris.
    static let midnight: Int64 = 1_768_345_200

    var books: Books
    let disturbance: Disturbance
    /// The middle: midnight for a change of the day, else noon.
    let middle: Int64

    init(_ disturbance: Disturbance) {
        self.disturbance = disturbance
        books = Books()
        middle = Self.midnight + (disturbance == .dayChange ? 86_400 : 43_200)
    }

    /// One reading: what it says, and what it says when its news are lost.
    struct Saying {
        var facts: [Fact] = []
        var notices: Notices?
        /// True for the facts without which there is no story, which damage spares.
        var rest: [Fact] = []
    }

    /// Reads a meter every ten seconds, an hour around the middle.
    ///
    /// - Parameters:
    ///   - meter: its name.
    ///   - first: the beginning, in seconds from the middle.
    ///   - last: the end.
    ///   - say: the reading at so many seconds from the middle; `nil` while it is silent.
    mutating func read(
        _ meter: String = "linky",
        from first: Int64 = -1800,
        to last: Int64 = 1800,
        _ say: (Int64) -> Saying?
    ) {
        for second in stride(from: first, through: last, by: 10) {
            let time = middle + second
            // The program is off for two minutes.
            if disturbance == .restart, (0..<120).contains(second) { continue }
            if second == 120 { restart(if: .restart) }
            if second % 60 == 0 { books.look(at: time) }
            guard let saying = say(second) else { continue }
            let isDamaged = disturbance == .damaged && second / 10 % 2 != 0
            let serial = disturbance == .swap && second >= 0 ? "B" : "A"
            for _ in 0..<(disturbance == .repeated ? 2 : 1) {
                books.learn(
                    meter,
                    time,
                    saying.rest + (isDamaged ? [] : saying.facts),
                    serial: serial,
                    notices: isDamaged ? nil : saying.notices,
                    at: time
                )
            }
        }
    }

    /// Starts the program again from its saved state.
    mutating func restart(if when: Disturbance? = nil) {
        guard when == nil || when == disturbance else { return }
        guard let saved = try? JSONEncoder().encode(books.ledger.memory),
            let memory = try? JSONDecoder().decode(Ledger.Memory.self, from: saved)
        else {
            Issue.record("the memory is not saved")
            return
        }
        books.ledger = Ledger(books.ledger.settings, memory: memory)
    }
}

/// Every event of the program.
enum EventTable {
    static let rows: [EventRow] = supplier + excess + meters + box

    private static let supplier = [
        EventRow(
            title: "Aujourd'hui : jour …",
            kind: .tempo,
            when: "the colour of the Tempo day, once a day, when it begins at 06:00",
            story: { story in story.read { _ in .init(notices: Notices(today: .red)) } }
        ),
        EventRow(
            title: "Demain : jour …",
            kind: .tempo,
            when: "the colour of the next Tempo day, once, when it is announced",
            story: { story in story.read { .init(notices: Notices(tomorrow: $0 < -900 ? nil : .red)) } }
        ),
        EventRow(
            title: "Préavis de pointe mobile",
            kind: .ejp,
            when: "a mobile peak (EJP), once, when it is announced",
            story: { story in
                story.read {
                    .init(notices: Notices(isPeakAnnounced: (-900..<900).contains($0), isPeakRunning: $0 >= 900))
                }
            }
        ),
        EventRow(
            title: "Pointe mobile en cours",
            kind: .ejp,
            when: "once, when it begins",
            story: { story in
                story.read { .init(notices: Notices(isPeakAnnounced: false, isPeakRunning: (-900..<900).contains($0))) }
            }
        ),
        EventRow(
            title: "Pointe mobile",
            kind: .ejp,
            when: "once, when it is over, in place of its beginning",
            story: { story in
                story.read { .init(notices: Notices(isPeakAnnounced: false, isPeakRunning: (-900..<900).contains($0))) }
            }
        ),
    ]

    private static let excess = [
        EventRow(
            title: "Puissance souscrite dépassée",
            kind: .power,
            when: "once, and again with its length when 10 minutes were below",
            isToldAgain: true,
            story: { story in
                story.read {
                    .init(facts: [
                        .contract(subscribedVA: 9000, register: 1),
                        .apparentPower(import: (-300..<300).contains($0) ? 9500 : 3000, export: nil),
                    ])
                }
            }
        ),
        EventRow(
            title: "Courant souscrit dépassé",
            kind: .power,
            when: "the alert of a three-phase meter, with its phases: once, and again when it is over",
            isToldAgain: true,
            story: { story in
                story.read { .init(notices: Notices(overload: (-300..<300).contains($0) ? [0, 37, 0] : [])) }
            }
        ),
        EventRow(
            title: "Tension trop haute",
            kind: .voltage,
            when: "once for each phase, and again with its length when 5 minutes were within 207 to 253 V",
            isToldAgain: true,
            story: { story in
                story.read { .init(facts: [.phase(1, volts: (-300..<300).contains($0) ? 255 : 240, va: nil)]) }
            }
        ),
        EventRow(
            title: "Tension trop basse",
            kind: .voltage,
            when: "the same",
            isToldAgain: true,
            story: { story in
                story.read { .init(facts: [.phase(1, volts: (-300..<300).contains($0) ? 201 : 240, va: nil)]) }
            }
        ),
    ]

    private static let meters = [
        EventRow(
            title: "Plus de mesure de …",
            kind: .outage,
            when: "a meter silent for 5 minutes: once, and again when it answers",
            isToldAgain: true,
            story: { story in
                story.read { (-900..<900).contains($0) ? nil : .init(rest: [.grid(Double($0 + 3600))]) }
            }
        ),
        EventRow(
            title: "Compteur remplacé",
            kind: .meter,
            when: "another serial number: once for all its registers",
            exceptions: [.repeated: 0, .damaged: 0, .restart: 0, .dayChange: 0],
            story: { story in
                story.read { .init(rest: [.grid(Double($0 + 3600)), .export(Double($0 + 9000))]) }
            }
        ),
        EventRow(
            title: "Index remis à zéro",
            kind: .meter,
            when: "a register that begins again from less and stays there: once for all registers of the meter",
            story: { story in
                story.read { .init(rest: [.production(Double($0 + 3600) + ($0 < -900 ? 5_000_000 : 0))]) }
            }
        ),
        EventRow(
            title: "Saut d'index",
            kind: .meter,
            when: "a register that grew more than any connection can carry since it grew last: once",
            story: { story in
                story.read { .init(rest: [.grid(Double($0 + 3600) + ($0 < -900 ? 0 : 5_000_000))]) }
            }
        ),
        EventRow(
            title: "Index revenu à zéro",
            kind: .meter,
            when: "a register that went through its last number: once",
            story: { story in
                story.read {
                    .init(rest: [.grid(Double(999_999_900 + ($0 + 1800) / 10).truncatingRemainder(dividingBy: 1e9))])
                }
            }
        ),
        EventRow(
            title: "Production non mesurée",
            kind: .meter,
            when: "the house seems to use less than nothing: once, until there are other sources",
            story: { story in
                story.read("shelly") { second in
                    let watts: Double = (-900..<900).contains(second) ? -700 : 300
                    return .init(rest: [.gridPower(watts: watts, tellsBoth: true), .production(watts: 100)])
                }
            }
        ),
        EventRow(
            title: "Batterie lue à l'envers",
            kind: .meter,
            when: "the charge of a battery goes the other way than its power says for half an hour: once for each",
            story: { story in
                story.read("pack", from: -5400, to: 5400) { second in
                    .init(rest: [.batteryPower(watts: 800), .charge(percent: 50 + Double(second) / 600)])
                }
            }
        ),
        EventRow(
            title: "Énergie à recalculer",
            kind: .meter,
            when: "readings too late for the sums of now, as of an older file: once, until they were made again",
            story: { story in
                story.read("onduleur", from: -10_800, to: -1800) { .init(rest: [.production(Double($0 + 20_000))]) }
                let late = story.middle - 7200
                for second in stride(from: Int64(0), to: 1800, by: 10) {
                    story.books.learn("carport", late + second, .production(Double(second)))
                }
                story.read("onduleur") { .init(rest: [.production(Double($0 + 20_000))]) }
            }
        ),
    ]

    private static let box = [
        EventRow(
            title: "Registre … sans prix",
            kind: .tariff,
            when: "a register that counts and has no price: once for each tariff",
            story: { story in
                let tariff = Tariff(
                    from: LocalDate(year: 2026, month: 1, day: 1),
                    option: .hphc,
                    prices: ["HC": 0.1, "HP": 0.2]
                )
                var settings = Ledger.Settings()
                settings.tariffs = TariffHistory([tariff])
                story.books = Books(Ledger(settings))
                story.read { .init(rest: [.tariff("F03", Double($0 + 3600))]) }
            }
        ),
        EventRow(
            title: "Boîtier redémarré",
            kind: .box,
            when: "the box was off for more than a minute: once",
            // It is off a second time then.
            exceptions: [.restart: 2],
            story: { story in
                story.read(to: -910) { .init(rest: [.grid(Double($0 + 3600))]) }
                story.restart()
                story.read(from: -600) { .init(rest: [.grid(Double($0 + 3600))]) }
            }
        ),
        EventRow(
            title: "Horloge du boîtier corrigée",
            kind: .box,
            when: "the box's clock was ahead by more than a quarter of an hour: once, when it is right again",
            story: { story in
                story.read(to: -910) { .init(rest: [.grid(Double($0 + 3600))]) }
                let ahead = story.middle + 3 * 86_400
                for quarter in Int64(0)...4 {
                    let time = ahead + quarter * 900
                    story.books.learn("linky", time, [.grid(Double(2700 + quarter))], at: time, clockIs: 259_200)
                }
                story.read(from: -600) { .init(rest: [.grid(Double($0 + 3600))]) }
            }
        ),
        EventRow(
            title: "Horloge du boîtier reculée",
            kind: .box,
            when: "the box's clock went back by more than 10 minutes to where readings were made before: once",
            story: { story in
                story.read(to: 0) { .init(rest: [.grid(Double($0 + 3600))]) }
                story.read(from: -1200) { .init(rest: [.grid(Double($0 + 4800))]) }
            }
        ),
        EventRow(
            title: "Index aligné sur le compteur",
            kind: .meter,
            when: "`boxenergie pulse set` changed the total of a pulse meter: once for each change",
            exceptions: Dictionary(uniqueKeysWithValues: Disturbance.allCases.map { ($0, 0) }),
            story: { _ in }
        ),
        // Told by the box itself, not by the ledger.
        EventRow(
            title: "Carte venue d'une autre machine",
            kind: .box,
            when:
                "the state woke up in another machine, as that of a copied card: at each start until `boxenergie identity` settles it",
            exceptions: Dictionary(uniqueKeysWithValues: Disturbance.allCases.map { ($0, 0) }),
            story: { _ in }
        ),
        EventRow(
            title: "Identité de la box illisible",
            kind: .box,
            when: "the file of the box's identity is damaged, or cannot be read or written: at each start until it can",
            exceptions: Dictionary(uniqueKeysWithValues: Disturbance.allCases.map { ($0, 0) }),
            story: { _ in }
        ),
        EventRow(
            title: "Box renommée",
            kind: .box,
            when: "`site` in `[tags]` is another name than until now: once for each change",
            exceptions: Dictionary(uniqueKeysWithValues: Disturbance.allCases.map { ($0, 0) }),
            story: { _ in }
        ),
        EventRow(
            title: "Rupture déclarée dans le registre",
            kind: .box,
            when: "the register that can be verified goes on with a new chain: once for each break",
            exceptions: Dictionary(uniqueKeysWithValues: Disturbance.allCases.map { ($0, 0) }),
            story: { _ in }
        ),
        EventRow(
            title: "Box rattachée au centre",
            kind: .box,
            when:
                "`boxenergie join`: once for each file, at the centre only; the text is the name that this has for the box",
            exceptions: Dictionary(uniqueKeysWithValues: Disturbance.allCases.map { ($0, 0) }),
            story: { _ in }
        ),
        EventRow(
            title: "Votre mois …",
            kind: .letter,
            when:
                "the letter of a month: once, on the 2nd of the next one at 08:00, until the 8th where the box was off",
            exceptions: Dictionary(uniqueKeysWithValues: Disturbance.allCases.map { ($0, 0) }),
            story: { _ in }
        ),
    ]

    /// The list for influx/READINGS.md.
    static var listing: String {
        let lines = rows.map { "| \($0.title) | `\($0.kind.rawValue)` | \($0.when) |" }
        return (["| title | `kind` | told |", "|---|---|---|"] + lines).joined(separator: "\n")
    }
}
