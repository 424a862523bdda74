import Foundation
import MeterCore
import Testing

@testable import boxenergie

/// Configurations as people write them wrongly, and all that `check` says of each: one sentence for one mistake.
struct BrokenConfigurationTests {
    /// A configuration, and what is said of it: `line: sentence`, and nothing else.
    struct Row: CustomTestStringConvertible, Sendable {
        var text: String
        var said: [String]
        var testDescription: String { said.first ?? text }

        init(_ text: String, _ said: String...) { (self.text, self.said) = (text, said) }
    }

    private static let tariff = "[tariff.now]\nfrom = \"2020-01-01\"\n"
    private static let pulse = "type = \"pulse\"\nrole = \"water\"\npulses_per_m3 = 100\n"
    private static let mbus = "type = \"mbus\"\ndevice = \"/dev/ttyS7\"\nrole = \"water\"\naddress = 3\n"
    private static let modbus = "type = \"modbus\"\nprofile = \"eastron-sdm120\"\n"
    private static let web =
        "type = \"http\"\nurl = \"http://192.168.1.30/a\"\nmeasurement = \"raw.piscine\"\nfields.t.path = \"t\"\n"
    private static let eco = "type = \"ecodevices\"\nhost = \"192.168.1.40\"\n"
    private static let linky = "type = \"teleinfo\"\ndevice = \"/dev/ttyS7\"\n"

    static let noTOML = [
        Row(tariff + "prices = { BASE = 0,2016 }", "3: a number has a decimal point: 0.2016"),
        Row("[site]\nlatitude = 48,85\nlongitude = 2.3", "2: a number has a decimal point: 48.85"),
        Row(
            "[tags]\nsite = “maison”",
            "2: text goes in straight double quotes, as \"maison\", and these are a word processor's"
        ),
        Row(
            "[source.linky]\ntype = «teleinfo»",
            "2: text goes in straight double quotes, as \"maison\", and these are a word processor's"
        ),
        Row(
            "[source.linky]\ntype = ‘teleinfo’",
            "2: text goes in straight double quotes, as \"maison\", and these are a word processor's"
        ),
        Row(
            "{\"site\": \"maison\"}",
            "1: this is JSON, and a configuration is TOML: write [tags], and below it site = \"maison\""
        ),
        Row("[tags]\nbox = \"grenier\"", "1: tags: the box sets the tag box itself"),
        Row("[tags]\nsite = maison", "2: expected a value such as \"text\", 10 or true; text goes in double quotes"),
        Row("[tags]\nsite = \"maison\n", "2: the closing quote is missing on this line"),
        Row("[source]\n[source.linky\ntype = \"teleinfo\"", "2: expected the closing \"]\" of the table's name"),
        Row("[tags]\nsite \"maison\"", "2: expected \"=\" after the name of the setting"),
        Row(
            "[influx]\nflush = 10s",
            "2: this number is badly written; a value with a unit goes in quotes, such as \"10s\""
        ),
        Row(
            "[source.été]\n" + linky,
            "1: the name \"été\" may have only small letters, digits, \"-\" and \"_\"; write [source.ete]"
        ),
        Row(
            "[source.toit nord]\n" + linky,
            "1: the name \"toit nord\" may have only small letters, digits, \"-\" and \"_\"; write [source.toit-nord]"
        ),
        Row(
            "[tags]\nclé = \"x\"",
            "2: the name \"clé\" may have only small letters, digits, \"-\" and \"_\"; write cle = ..."
        ),
        Row("[tags]\nsite = \"a\"\nsite = \"b\"", "3: the same name is set twice: string 'site'"),
    ]

    static let wrongValues = [
        Row(
            "site = \"maison\"",
            "1: site: expected a table, found the text \"maison\"; write [tags], and below it site = \"maison\""
        ),
        Row(
            "[source.linky]\n" + linky + "every = \"0.1s\"",
            "4: source.linky.every: expected a duration from 1s to 1h such as \"10s\", found the text \"0.1s\"; "
                + "without a fraction: \"100ms\""
        ),
        Row(
            "[source.linky]\n" + linky + "every = \"1,5min\"",
            "4: source.linky.every: expected a duration from 1s to 1h such as \"10s\", found the text \"1,5min\"; "
                + "without a fraction: \"1min30s\""
        ),
        Row(
            "[source.linky]\n" + linky + "every = 10",
            "4: source.linky.every: expected a duration from 1s to 1h such as \"10s\", found the integer 10; "
                + "write \"10s\" for seconds"
        ),
        Row(
            "[source.linky]\n" + linky + "every = \"10 seconds\"",
            "4: source.linky.every: expected a duration from 1s to 1h such as \"10s\", found the text \"10 seconds\"; "
                + "the units are ms, s, min, h, d and w"
        ),
        Row(
            "[source.eau]\n" + pulse + "line = \"GPIO24\"",
            "5: source.eau.line: expected an integer from 0 to 1023, found the text \"GPIO24\"; write 24 without quotes"
        ),
        Row(
            "[source.eau]\n" + pulse + "line = \"24\"",
            "5: source.eau.line: expected an integer from 0 to 1023, found the text \"24\"; write 24 without quotes"
        ),
        Row("[source.eau]\n" + pulse, "1: source.eau: line is missing: the number of the GPIO, such as line = 24"),
        Row(
            "[source.eau]\ntype = \"pulse\"\nline = 24\nrole = \"eau\"",
            "1: source.eau: pulses_per_m3 is missing: it stands on the meter"
        ),
        Row(
            "[source.linky]\ntype = \"linky\"\ndevice = \"/dev/ttyS7\"\nmode = \"auto\"",
            "2: source.linky.type: no kind of meter is called \"linky\"; did you mean \"teleinfo\", \"ecodevices\", \"wes\"?"
        ),
        Row(
            "[source.eau]\ntype = \"pulses\"\nline = 24\nrole = \"water\"",
            "2: source.eau.type: no kind of meter is called \"pulses\"; did you mean \"pulse\"?"
        ),
        Row("[source.linky]\ndevice = \"/dev/ttyS7\"", "1: source.linky.type: missing; expected a text"),
        Row(
            "[output.deux]\ntype = \"influxdb\"\nurl = \"http://h:8086\"",
            "2: output.deux.type: no kind of output is called \"influxdb\"; did you mean \"influx\"?"
        ),
        Row(
            "[source.prise]\ntype = \"http\"\nprofile = \"shelly-plug\"\naccept_unverified = true\nurl = \"http://192.168.1.40/status\"",
            "5: source.prise.url: the profile has the address; write host = \"192.168.1.40\" in the place of url"
        ),
        Row("[influx]\ndatabse = \"x\"", "2: influx.databse: unknown setting; did you mean \"database\"?"),
        Row(
            "[influx]\nurl = \"localhost:8086\"",
            "2: influx.url: expected an address such as \"http://127.0.0.1:8086\", found \"localhost:8086\""
        ),
        Row(
            "[influx]\npassword = \"x\"",
            "2: influx.password: a secret does not belong in this file; put it into a file of its own and write "
                + "password_file = \"/etc/boxenergie/...\""
        ),
        Row(
            "[source.Linky]\n" + linky,
            "1: the name \"Linky\" may have only small letters, digits, \"-\" and \"_\"; write [source.linky]"
        ),
        Row(
            "[notify]\ncommand = \"/usr/bin/env\"",
            "2: notify.command: expected a list of texts, found the text \"/usr/bin/env\"; write [\"/usr/bin/env\"]"
        ),
        Row(
            "[notify]\ncommand = [\"curl\"]",
            "2: notify.command: expected the program with its full path first, such as \"/usr/bin/curl\""
        ),
        Row("[site]\nlatitude = 48.85", "2: site.latitude: a place has both, and there is no longitude"),
        Row(
            "[site]\ntimezone = \"Paris\"",
            "2: site.timezone: this machine knows no time zone \"Paris\"; did you mean \"Europe/Paris\"?"
        ),
        Row(
            "[site]\ntimezone = \"europe/pari\"",
            "2: site.timezone: this machine knows no time zone \"europe/pari\"; did you mean \"Europe/Paris\"?"
        ),
        Row(
            "[site]\ntimezone = \"La Réunion\"",
            "2: site.timezone: this machine knows no time zone \"La Réunion\"; those that it knows are in "
                + "/usr/share/zoneinfo/, from the package tzdata"
        ),
        Row(
            "[site]\ntimezone = \"Réunion\"",
            "2: site.timezone: this machine knows no time zone \"Réunion\"; did you mean \"Indian/Reunion\"?"
        ),
        Row(
            "[source]\n" + linky,
            "1: source: its name is missing; write [source.NAME], and any name in the place of NAME"
        ),
        Row(
            "[tariff]\nfrom = \"2020-01-01\"\nprices = { BASE = 0.2 }",
            "1: tariff: its name is missing; write [tariff.NAME], and any name in the place of NAME"
        ),
        Row(
            "[source.compteur]\n" + modbus + "url = \"192.168.1.60\"",
            "4: source.compteur.url: unknown setting; did you mean \"host\"?"
        ),
        Row(
            "[source.compteur]\ntype = \"mbus\"\nrole = \"water\"\naddress = 3\nip = \"192.168.1.60\"",
            "5: source.compteur.ip: unknown setting; did you mean \"host\"?"
        ),
        Row(
            "[source.gce]\ntype = \"ecodevices\"\nurl = \"http://192.168.1.60\"",
            "3: source.gce.url: unknown setting; did you mean \"host\"?"
        ),
        Row(
            "[notify]\nprogram = [\"/usr/bin/env\"]",
            "2: notify.program: unknown setting; did you mean \"command\"?"
        ),
        Row(
            "[source.eau]\ntype = \"pulse\"\nrole = \"water\"\nline = 24\npulses_per_m3 = \"1000\"",
            "5: source.eau.pulses_per_m3: expected a number from 1e-06 to 1000000, found the text \"1000\"; "
                + "write 1000 without quotes"
        ),
        Row(
            "[source.eau]\ntype = \"pulse\"\nrole = \"consumption\"\nline = 24\nper_kwh = 1000",
            "5: source.eau.per_kwh: unknown setting; did you mean \"pulses_per_kwh\"?"
        ),
        Row(
            "[source.eau]\ntype = \"pulse\"\nrole = \"water\"\nline = 24\npulses = 1000",
            "5: source.eau.pulses: unknown setting; did you mean \"pulses_per_m3\"?"
        ),
        Row("[source.eau]\n" + pulse + "gpio = 24", "5: source.eau.gpio: unknown setting; did you mean \"line\"?"),
        Row("[source.eau]\n" + pulse + "lign = 24", "5: source.eau.lign: unknown setting; did you mean \"line\"?"),
        Row(
            "[source.eau]\ntype = \"pulse\"\nrole = \"wasser\"\nline = 24\npulses_per_m3 = 100",
            "3: source.eau.role: expected one of \"import\", \"export\", \"production\", \"consumption\", \"water\", "
                + "\"gas\", \"heat\", \"cooling\", found the text \"wasser\""
        ),
    ]

    static let doubtful = [
        Row(
            tariff + "option = \"creuses\"\nprices = { HP = 0.2, HC = 0.16 }\noff_peak = [\"22:00-06:00\"]\n"
                + "fixed_until = \"2200-01-01\"",
            "3: tariff.now.option: expected one of \"base\", \"hphc\", \"tempo\", \"ejp\", found the text \"creuses\""
        ),
        Row(
            tariff + "prices = { BASE = 0.2 }\nsubscription = \"12,5\"\nfixed_until = \"2200-01-01\"",
            "4: tariff.now.subscription: expected a number from 0 to 1000, found the text \"12,5\"; "
                + "write 12.5 without quotes"
        ),
        Row(
            "[source.a]\ntype = \"teleinfo\"\ndevise = \"/dev/ttyS7\"",
            "3: source.a.devise: unknown setting; did you mean \"device\"?"
        ),
        Row(
            tariff + "prices = { BASE = 16.35 }\nfixed_until = \"2200-01-01\"",
            "3: tariff.now.prices.BASE: 16.35 € for a kWh must be cents; write 0.1635"
        ),
        Row(
            tariff + "prices = { BASE = 0.2 }\nfeed_in = 4\nfixed_until = \"2200-01-01\"",
            "4: tariff.now.feed_in: 4 € for a kWh must be cents; write 0.04"
        ),
        Row(
            tariff + "prices = { BASE = 1.7 }\nfixed_until = \"2200-01-01\"",
            "3: warning: tariff.now.prices.BASE: 1.7 € for a kWh is much; if these are cents, write 0.017"
        ),
        Row(
            "[tags]\nsite = \"Ma Maison d'été\"",
            "1: warning: tags: site = \"Ma Maison d'été\" breaks queries: letters without accents, digits, \"_\" and \"-\" "
                + "only, as \"ma_maison_d_ete\"; [site] name is for people"
        ),
        Row(
            "[source.prise]\ntype = \"http\"\nprofile = \"shelly-plug\"\naccept_unverified = true\nhost = \"192.168.1.999\"",
            "5: source.prise.host: \"192.168.1.999\" is no address: it has four numbers from 0 to 255, as 192.168.1.30"
        ),
        Row(
            "[source.compteur]\ntype = \"modbus\"\nprofile = \"eastron-sdm120\"\nhost = \"192.168.1\"",
            "4: source.compteur.host: \"192.168.1\" is no address: it has four numbers from 0 to 255, as 192.168.1.30"
        ),
        Row(
            "[source.compteur]\ntype = \"modbus\"\nprofile = \"eastron-sdm120\"\nhost = \"http://192.168.1.60/\"",
            "4: source.compteur.host: write the address alone: host = \"192.168.1.60\""
        ),
        Row(
            "[source.compteur]\ntype = \"modbus\"\nprofile = \"eastron-sdm120\"\nhost = \"192.168.1.60:1502\"",
            "4: source.compteur.host: write the address alone, and the port beside it: host = \"192.168.1.60\" "
                + "and port = 1502"
        ),
        Row(
            "[influx]\nurl = \"http://192.168.1.256:8086\"",
            "2: influx.url: \"192.168.1.256\" is no address: it has four numbers from 0 to 255, as 192.168.1.30"
        ),
        Row(
            "[influx]\nurl = \"http://h:8428/?extra_label=x\"",
            "2: influx.url: the address must end before ? and #; what is asked there is the box's own"
        ),
        Row(
            "[influx]\nusername = \"w\"\npassword_file = \"/nowhere/influx.password\"",
            "3: warning: influx.password_file: there is no /nowhere/influx.password on this machine"
        ),
        Row(
            "[notify]\ncommand = [\"/nowhere/notify\"]",
            "2: warning: notify.command: there is no /nowhere/notify on this machine"
        ),
        Row(
            "[source.a]\n" + linky + "[source.b]\n" + linky,
            "6: source.b.device: a reads this line already, and a TIC output has one reader"
        ),
        Row(
            "[source.a]\n" + linky + "[source.b]\ntype = \"aurora\"\ndevice = \"/dev/ttyS7\"\naddress = 2",
            "6: source.b.device: a reads this line already, and a TIC output has one reader"
        ),
        Row(
            "[source.a]\n" + modbus + "device = \"/dev/ttyS7\"\nunit = 4\n"
                + "[source.b]\n" + modbus + "device = \"/dev/ttyS7\"\nunit = 4",
            "10: warning: source.b.unit: a reads the same values of this device already; "
                + "they would be stored and counted twice"
        ),
        Row(
            "[source.a]\n" + modbus
                + "host = \"192.168.1.60\"\n[source.b]\ntype = \"modbus\"\nhost = \"192.168.1.60\"\n"
                + "[source.b.registers]\nv = { address = 0, table = \"input\", type = \"float32\", unit = \"V\" }",
            "5: warning: source.b.unit: a reads the same values of this device already; "
                + "they would be stored and counted twice"
        ),
        Row(
            "[source.a]\ntype = \"aurora\"\ndevice = \"/dev/ttyS7\"\naddress = 2\n"
                + "[source.b]\ntype = \"aurora\"\ndevice = \"/dev/ttyS7\"",
            "5: warning: source.b.address: a reads the same values of this device already; "
                + "they would be stored and counted twice"
        ),
        Row(
            "[source.a]\n" + mbus + "[source.b]\n" + mbus,
            "10: warning: source.b.address: a reads the same values of this device already; "
                + "they would be stored and counted twice"
        ),
        Row(
            "[source.a]\n" + web + "[source.b]\n" + web,
            "8: warning: source.b.url: a reads the same values of this device already; "
                + "they would be stored and counted twice"
        ),
        Row(
            "[source.a]\n" + eco + "[source.b]\n" + eco,
            "6: warning: source.b.host: a reads the same values of this device already; "
                + "they would be stored and counted twice"
        ),
        Row(
            "[source.a]\n" + pulse + "line = 24\n[source.b]\n" + pulse + "line = 24",
            "10: source.b.line: a counts at this line already"
        ),
    ]

    private func said(of text: String) -> [String] {
        let document = ConfigDocument(text: text, file: "f")
        let diagnostics = Configuration(document).diagnostics.all
        return diagnostics.map { "\($0.line): \($0.severity == .warning ? "warning: " : "")\($0.message)" }
    }

    @Test("what is no TOML is said in plain words, at its place", arguments: noTOML)
    func syntax(_ row: Row) { #expect(said(of: row.text) == row.said) }

    @Test("a wrong value is said once, with what to write", arguments: wrongValues)
    func values(_ row: Row) { #expect(said(of: row.text) == row.said) }

    @Test("what could be right and is not is said, too", arguments: doubtful)
    func sense(_ row: Row) { #expect(said(of: row.text) == row.said) }

    @Test(
        "what is right is not doubted",
        arguments: [
            "[source.a]\n" + eco + "[source.b]\n" + eco + "teleinfo = 2",
            "[source.a]\n" + web + "[source.b]\n" + web.replacingOccurrences(of: "\"t\"", with: "\"u\""),
            "[source.a]\n" + web + "[source.b]\n" + web.replacingOccurrences(of: "/a", with: "/b"),
            "[source.a]\ntype = \"aurora\"\ndevice = \"/dev/ttyS7\"\naddress = 2\n"
                + "[source.b]\ntype = \"aurora\"\ndevice = \"/dev/ttyS7\"\naddress = 3",
            "[source.a]\n" + modbus + "device = \"/dev/ttyS7\"\nunit = 4\n"
                + "[source.b]\n" + modbus + "device = \"/dev/ttyS7\"\nunit = 5",
            "[source.a]\n" + modbus
                + "host = \"192.168.1.60\"\n[source.b]\ntype = \"modbus\"\nhost = \"192.168.1.60\"\n"
                + "[source.b.registers]\nrelay = { address = 900 }",
            "[source.a]\n" + mbus + "[source.b]\n" + mbus.replacing("water", with: "heat"),
            "[tags]\nsite = \"Maison_2\"", "[influx]\nurl = \"http://base.local:8086/\"",
            "[source.a]\n" + pulse + "line = 24\n[source.b]\n" + pulse + "line = 25",
            "[tariff.now]\nfrom = \"2020-01-01\"\noption = \"ejp\"\nprices = { HN = 0.15, PM = 1.2 }\nfixed_until = \"2200-01-01\"",
        ]
    )
    func right(_ text: String) { #expect(said(of: text) == []) }

    @Test("a file without a meter is not called right", arguments: ["", "# [source.linky]\n# type = \"teleinfo\"\n"])
    func nothing(_ text: String) throws {
        let box = try Installation()
        let file = box.folder + "/empty.toml"
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        let answer = try box.run("check", file)
        #expect(answer.code == 0)
        #expect(answer.output.contains("names no meter yet"), "\(answer.output)")
    }

    @Test("the number of mistakes comes in the same stream as the mistakes, behind them")
    func stream() throws {
        let box = try Installation()
        let file = box.folder + "/two.toml"
        try "[influx]\nflush = 10\nurl = \"h\"\n".write(toFile: file, atomically: true, encoding: .utf8)
        let answer = try box.run("check", "--config", file)
        #expect(answer.code == 78)
        let lines = answer.output.split(separator: "\n")
        #expect(lines.count == 3 && lines.last == "\(file) cannot be used: 2 mistakes", "\(answer.output)")
    }
}
