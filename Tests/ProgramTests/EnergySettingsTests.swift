import Foundation
import MeterCore
import Testing

@testable import boxenergie

/// `[site]`, `[tariff]`, `[notify]`, and the examples that come with the program.
@Suite struct EnergySettingsTests {
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
            let isSetting =
                line.hasPrefix("# [") || line.hasPrefix("# from =") || line.hasPrefix("# option =")
                || line.hasPrefix("# prices =")
            return isSetting ? line.dropFirst(2) : line
        }.joined(separator: "\n").replacingOccurrences(
            of: "\"2026-06-01\"\noption = \"hphc\"",
            with: "\"2026-07-01\"\noption = \"hphc\""
        )
        #expect(messages(text) == [])
        #expect(messages(commented) == [])
        let settings = Configuration(ConfigDocument(text: commented, file: "f", credentialsDirectory: nil)).energy
        func price(_ month: Int64, _ register: String) -> Double? {
            settings.ledger.tariffs.tariff(on: LocalDate(year: 2026, month: month, day: 15))?.price(of: register)
        }
        #expect(price(3, "HPJR") == 0.6468 && price(6, "PM") == 0.9 && price(8, "F03") == 0.12)
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
}
