import Foundation
import MeterCore
import MeterNotation
import Testing

@testable import boxenergie

/// `[site]`, `[tariff]`, `[notify]`, and the examples that come with the program.
@Suite(.mayBlock) struct EnergySettingsTests {
    private let box: Installation

    init() throws { box = try Installation() }

    private func messages(_ text: String) -> [String] {
        let configuration = Configuration(ConfigDocument(text: text, file: "f", credentialsDirectory: nil))
        return configuration.diagnostics.all.map { String($0.description.dropFirst(2)) }
    }

    @Test("the examples are a right configuration, with each of their tariffs")
    func examples() throws {
        let text = try String(contentsOfFile: Installation.root + "/Sources/Examples/energie.toml", encoding: .utf8)
        let commented = text.split(separator: "\n", omittingEmptySubsequences: false).map { line -> Substring in
            let isSetting = ["[", "from =", "option =", "prices =", "subscription =", "fixed_until ="].contains {
                line.hasPrefix("# " + $0)
            }
            return isSetting ? line.dropFirst(2) : line
        }.joined(separator: "\n")
        // The program of the example comes with the package.
        for text in [text, commented] {
            // Nor does it matter how old these prices are today.
            let mistakes = messages(text).filter {
                !$0.hasSuffix("on this machine") && !$0.contains(": these prices are of 2026-08-")
            }
            #expect(mistakes == [])
        }
        let settings = Configuration(ConfigDocument(text: commented, file: "f", credentialsDirectory: nil)).energy
        func price(_ month: Int64, _ day: Int64, _ register: String) -> Double? {
            settings.ledger.tariffs.tariff(on: LocalDate(year: 2026, month: month, day: day))?.price(of: register)
        }
        // EDF's grid: 2025-08-01 … 2026-01-31 off-peak hours, then Tempo, EJP and an offer of the market.
        #expect(price(1, 31, "HC") == 0.1635 && price(1, 31, "HP") == 0.2081)
        #expect(price(3, 15, "HPJR") == 0.706 && price(8, 1, "HPJR") == 0.7295)
        #expect(price(8, 2, "HN") == 0.1789 && price(8, 2, "PM") == 0.4324 && price(8, 3, "F03") == 0.12)
        #expect(settings.ledger.tariffs.feedIn(on: LocalDate(year: 2045, month: 1, day: 1)) == 0.04)
        #expect(settings.notify?.command.count == 2)
    }

    @Test(
        "a mistake is named with its place",
        arguments: [
            ("[site]\ntimezone = \"Europe/Pari\"", "2:12: site.timezone: this machine knows no time zone"),
            (
                "[site]\ntimezone = \"../../../etc/passwd\"",
                "2:12: site.timezone: this machine knows no time zone"
            ),
            ("[site]\nlatitude = 47", "2:12: site.latitude: a place has both, and there is no longitude"),
            ("[site]\nlongitude = 2", "2:13: site.longitude: a place has both, and there is no latitude"),
            (
                "[site]\nlatitude = 97.2\nlongitude = 2",
                "2:12: site.latitude: expected a number from -90 to 90, found the number 97.2"
            ),
            (
                "[tariff.a]\nfrom = \"2190-01-01\"\nprices = { BASE = 0.2 }",
                "2:8: warning: tariff.a.from: there are no prices before 2190-01-01"
            ),
            ("[site]\nlattitude = 3", "2:1: site.lattitude: unknown setting; did you mean \"latitude\"?"),
            (
                "[site]\nvoltage = { lowest = 260 }",
                "2:22: site.voltage.lowest: lowest must be less than highest"
            ),
            ("[notify]\ncommand = [\"curl\"]", "2:11: notify.command: expected the program with its full path"),
            (
                "[notify]\ncommand = [\"/bin/x\"]\nkinds = [\"temp\"]",
                "3:9: notify.kinds: no kind of event is called \"temp\""
            ),
        ]
    )
    func mistakes(_ text: String, _ message: String) {
        #expect(messages(text).contains { $0.hasPrefix(message) }, "\(messages(text))")
    }

    @Test("days begin where the configuration says")
    func zone() {
        let text = "[site]\ntimezone = \"Indian/Reunion\""
        let energy = Configuration(ConfigDocument(text: text, file: "f", credentialsDirectory: nil)).energy
        #expect(energy.ledger.calendar.startOfDay(1_768_345_200) == 1_768_334_400)
    }

    @Test("the example programs make a mail and a message of an event", arguments: ["mail", "ntfy"])
    func notify(_ name: String) throws {
        let tool = name == "mail" ? "mail" : "curl"
        let fake = "#!/bin/sh\n{ printf '%s\\n' \"$@\"; cat; } > \(box.folder)/sent\n"
        try fake.write(toFile: "\(box.folder)/\(tool)", atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(box.folder)/\(tool)")
        let event =
            #"{"kind":"tempo","site":"Chez \"nous\"","text":"Évitez; $(date)","time":1,"title":"Demain : jour rouge"}"#
        let done = try Peer.run(
            [
                "/usr/bin/env", "PATH=\(box.folder):/usr/bin:/bin",
                Installation.root + "/Sources/Examples/notify-" + name,
                "there",
            ],
            input: event + "\n"
        )
        #expect(done.code == 0, "\(done.output)")
        let sent = try String(contentsOfFile: box.folder + "/sent", encoding: .utf8)
        #expect(sent.contains("Chez \"nous\" : Demain : jour rouge\n") && sent.contains("there\n"))
        #expect(sent.hasSuffix("Évitez; $(date)\n"))
    }

    private static let linky = "[source.linky]\ntype = \"teleinfo\"\ndevice = \"/dev/ttyAMA0\"\n"
    private static let counter = "[source.edf]\ntype = \"pulse\"\nline = 4\npulses_per_kwh = 1000\nrole = "

    @Test(
        "a meter that counts what the Linky counts is named, and counts for itself",
        arguments: [
            (
                "", "import",
                "8:8: warning: source.edf.role: what the house draws from the grid is counted by linky; then edf"
            ),
            (
                "", "export",
                "8:8: warning: source.edf.role: what the house injects into the grid is counted by linky in"
            ),
            ("mode = \"historique\"\n", "import", "9:8: warning: source.edf.role: what the house draws from the grid"),
            ("mode = \"historique\"\n", "export", nil), ("", "consumption", nil), ("", "production", nil),
        ]
    )
    func countedTwice(_ mode: String, _ role: String, _ message: String?) {
        let found = messages(Self.linky + mode + Self.counter + "\"\(role)\"\n")
        #expect(found.count == (message == nil ? 0 : 1), "\(found)")
        if let message {
            #expect(found.first?.hasPrefix(message) == true, "\(found)")
            #expect(found.first?.contains("m15.meter and not in m15.energy") == true)
        }
    }

    @Test("a role that is refused is one mistake, and stands for no other role")
    func refusedRole() {
        let found = messages(Self.linky + Self.counter + "\"batterie\"\n")
        #expect(
            found.count == 1 && found.first?.contains("pulses do not tell what a battery takes") == true,
            "\(found)"
        )
    }

    @Test("meters of import without a Linky, and counters of 1-Wire, are treated alike")
    func countedOnce() {
        #expect(messages(Self.counter + "\"import\"\n") == [])
        let chip =
            "[source.chip]\ntype = \"onewire\"\nsensor = \"1D.0A0B0C0D0E0F\"\ncounter = \"A\"\nrole = \"import\"\n"
            + "pulses_per_kwh = 1000\n"
        let told = messages(Self.linky + chip).count { $0.contains("by linky; then chip counts for itself only") }
        #expect(told == 1)
    }

    @Test(
        "whether a house has panels is known from its sources, unless one finds it out by itself",
        arguments: [
            ("", Production(sources: [], isComplete: true)),
            (counter + "\"production\"\n", Production(sources: ["edf"], isComplete: true)),
            ("[source.o]\ntype = \"aurora\"\ndevice = \"/dev/x\"\n", Production(sources: ["o"], isComplete: true)),
            ("[source.o]\ntype = \"modbus\"\nhost = \"h\"\n", Production(sources: [], isComplete: false)),
            (
                "[source.o]\ntype = \"modbus\"\nhost = \"h\"\nprofile = \"eastron-sdm120\"\nrole = \"production\"\n",
                Production(sources: ["o"], isComplete: true)
            ),
        ]
    )
    func production(_ more: String, _ expected: Production) {
        let configuration = Configuration(
            ConfigDocument(text: Self.linky + more, file: "f", credentialsDirectory: nil)
        )
        #expect(configuration.diagnostics.all.isEmpty, "\(configuration.diagnostics.all)")
        #expect(configuration.energy.ledger.production == expected)
    }

    @Test("how long a meter may be silent follows from how often it is read; pulses are told each quarter of an hour")
    func pauses() {
        let heat = "[source.heat]\ntype = \"mbus\"\ndevice = \"/dev/x\"\naddress = 1\nrole = \"heat\"\n"
        let text = Self.linky + Self.counter + "\"production\"\n" + heat
        let configuration = Configuration(ConfigDocument(text: text, file: "f", credentialsDirectory: nil))
        #expect(configuration.energy.ledger.pauses == ["linky": 10, "edf": 900, "heat": 900])
    }
}
