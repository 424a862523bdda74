import Foundation
import Testing

/// True where the catalogues can be compiled.
private let canCompileCatalogues = FileManager.default.isExecutableFile(atPath: "/usr/bin/msgfmt")

/// The program in the language of its system.
@Suite(.mayBlock, .enabled(if: canCompileCatalogues), .timeLimit(.minutes(2))) struct FrenchTests {
    private let box: Installation

    init() throws {
        box = try Installation()
        let build = URL(fileURLWithPath: box.program).resolvingSymlinksInPath().deletingLastPathComponent()
        let made = try Peer.run(
            [Installation.root + "/Sources/Packaging/translations", build.deletingLastPathComponent().path]
        )
        #expect(made.code == 0, "\(made.output)")
    }

    /// What the program says and its exit code, with these variables and no others on language.
    private func run(_ variables: [String], _ arguments: [String]) throws -> (code: Int32, output: String) {
        let clean = ["/usr/bin/env", "-u", "LC_ALL", "-u", "LANGUAGE", "-u", "LC_MESSAGES", "-u", "LANG"]
        return try Peer.run(
            ["/bin/sh", "-c", "exec \"$@\" 2>&1", "sh"] + clean + variables + [box.program] + arguments
        )
    }

    private func run(_ variables: [String], _ arguments: String...) throws -> (code: Int32, output: String) {
        try run(variables, arguments)
    }

    private func configuration(_ text: String) throws -> String {
        let path = box.folder + "/box.toml"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    @Test(
        "it speaks French where the system does, whether the locale was made or only named",
        arguments: [
            (["LC_ALL=C.UTF-8", "LANGUAGE=fr"], true), (["LANG=fr_FR.UTF-8"], true), (["LC_ALL=fr_BE.UTF-8"], true),
            (["LC_MESSAGES=fr_FR.UTF-8", "LANG=C.UTF-8"], true), (["LANG=de_DE.UTF-8"], false),
            (["LANG=C.UTF-8"], false), (["LC_ALL=C", "LANGUAGE=fr"], false), ([], false),
        ] as [([String], Bool)]
    )
    func language(_ variables: [String], _ isFrench: Bool) throws {
        let answer = try run(variables, "check", box.folder + "/nowhere.toml")
        #expect(answer.code == 78)
        #expect(answer.output.contains("il n'y a pas de configuration dans") == isFrench, "\(answer.output)")
        #expect(answer.output.contains("no configuration at") != isFrench, "\(answer.output)")
    }

    @Test("a mistake of the configuration is said in French, with what was found, in its place")
    func check() throws {
        let file = try configuration("[source.eau]\ntype = \"pulse\"\nline = 24\nrole = \"gaz\"\nevery = 10\n")
        let answer = try run(["LANG=fr_FR.UTF-8"], "check", file)
        #expect(answer.code == 78)
        #expect(answer.output.contains(":5:"), "\(answer.output)")
        #expect(answer.output.contains("il faut une durée"), "\(answer.output)")
        #expect(answer.output.contains("10 ; écrivez \"10s\" pour des secondes"), "\(answer.output)")
        #expect(answer.output.contains("source.eau : pulses_per_m3 manque"), "\(answer.output)")
        #expect(answer.output.contains("inutilisable : "), "\(answer.output)")
    }

    @Test("doctor's headings, sentences and advice are French, and JSON keeps its names")
    func doctor() throws {
        let file = try configuration("[source.linky]\ntype = \"teleinfo\"\ndevice = \"/dev/ttyNOWHERE\"\n")
        let answer = try run(["LANG=fr_FR.UTF-8"], "doctor", "--config", file)
        #expect(answer.code == 1)
        for words in [
            "Compteurs et relevés", "erreur  ", "cet appareil n'existe pas", "Commencez par la première erreur",
        ] {
            #expect(answer.output.contains(words), "\(words): \(answer.output)")
        }
        let json = try run(["LANG=fr_FR.UTF-8"], "doctor", "--config", file, "--format", "json").output
        #expect(json.contains("\"group\":\"Meters and readings\"") && json.contains("\"grade\":\"wrong\""))
    }

    @Test(
        "the argument parser's own words are French, too",
        arguments: [
            ("--help", ["UTILISATION : boxenergie", "OPTIONS :", "COMMANDES :", "Affiche la version."]),
            ("read --help", ["ARGUMENTS :", "(par défaut :", "(valeurs :", "Affiche cette aide."]),
            ("read", ["Erreur : il manque « <name> »", "Aide : <name>", "Utilisation : boxenergie read"]),
            ("read linky --config", ["Erreur : il manque une valeur à « --config <config> »", "en dit plus"]),
            ("read linky --confi x", ["il n'y a pas d'option « --confi » ; vouliez-vous dire « --config » ?"]),
            ("read linky --bananas", ["il n'y a pas d'option « --bananas »"]),
            ("read linky more", ["« more » est de trop"]),
            ("read linky more words", ["2 mots de trop : 'more', 'words'"]),
            ("export years", ["« years » ne convient pas à « <rows> » ; ce doit être 'quarters'"]),
            ("status --format x", ["« x » ne convient pas à « --format", "'text' ou 'json'"]),
            ("identity --help", ["par défaut : show)"]),
            ("read linky --seconds x", ["« x » ne convient pas à « --seconds <seconds> »"]),
        ] as [(String, [String])]
    )
    func parser(_ command: String, _ words: [String]) throws {
        let answer = try run(["LANG=fr_FR.UTF-8", "COLUMNS=80"], command.split(separator: " ").map(String.init))
        for word in words { #expect(answer.output.contains(word), "\(word): \(answer.output)") }
        for word in [
            "OVERVIEW", "USAGE", "SUBCOMMANDS", "Show ", "default:", "(values", "Error:", "invalid",
            "for more information",
        ] {
            #expect(!answer.output.contains(word), "\(word): \(answer.output)")
        }
    }

    @Test("the system's own words come with their accents")
    func system() throws {
        let answer = try run(["LANG=fr_FR.UTF-8"], "check", "/proc/self/mem/x")
        #expect(!answer.output.contains("?"), "\(answer.output)")
    }

    /// What a command prints on an English and on a French system, line by line.
    private func both(_ arguments: [String]) throws -> [(english: String, french: String)] {
        let (english, french) = (try run([], arguments), try run(["LANG=fr_FR.UTF-8"], arguments))
        #expect(english.code == 0 && french.code == 0, "\(english.output)\n\(french.output)")
        let lines = [english.output, french.output].map { $0.components(separatedBy: "\n") }
        try #require(lines[0].count == lines[1].count, "\(arguments): not the same lines")
        return zip(lines[0], lines[1]).map { (english: $0, french: $1) }
    }

    /// The kinds that a command lists.
    private func kinds(_ command: String) throws -> [String] {
        try both([command]).compactMap { line in
            line.english.split(separator: " ").first.map(String.init)
        }
    }

    @Test("the kinds of meters and outputs, what their settings are for and what they hold are told in French")
    func kinds() throws {
        for command in ["sources", "outputs"] {
            for line in try both([command]) where !line.english.isEmpty {
                #expect(line.french != line.english)
                #expect(line.french.prefix { $0 != " " } == line.english.prefix { $0 != " " })
            }
            for kind in try kinds(command) {
                let lines = try both([command, kind])
                let example = try #require(lines.firstIndex { $0.english == "Example:" && $0.french == "Exemple :" })
                for line in lines[..<example] where !line.english.isEmpty { describes(line, of: kind) }
                // A sample is the same but for the words behind "#".
                for line in lines[(example + 1)...] {
                    let (code, comment) = Self.parts(line.english)
                    #expect(Self.parts(line.french).code == code, "\(kind): \(line.french)")
                    guard let comment, !Self.isCode(comment) else { continue }
                    #expect(Self.parts(line.french).comment != comment, "\(kind): \(comment)")
                }
            }
        }
    }

    /// Expects a line of a kind's description to have its names from the English one, and its words not.
    private func describes(_ line: (english: String, french: String), of kind: String) {
        guard line.english.hasPrefix("  "), !line.english.hasPrefix("      ") else {
            #expect(line.french != line.english, "\(kind): \(line.english)")
            return
        }
        let (english, french) = (
            line.english.components(separatedBy: " — "), line.french.components(separatedBy: " — ")
        )
        #expect(french.count == 2 && french[0] == english[0] && french[1] != english[1], "\(kind): \(line.french)")
        let words = french[french.count - 1].replacing(#/"[^"]*"/#, with: "")
        for word in ["one of", "required", "optional", "(default", "integer", "duration", "number", " to "] {
            #expect(!words.contains(word), "\(kind): \(line.french)")
        }
    }

    /// A line of a sample, and the comment behind it.
    private static func parts(_ line: String) -> (code: String, comment: String?) {
        guard let mark = line.range(of: "# ", options: .backwards) else { return (line, nil) }
        return (String(line[..<mark.lowerBound]), String(line[mark.upperBound...]))
    }

    /// True for a comment that is the same in every language: a setting, a command, or words to choose from.
    private static func isCode(_ comment: String) -> Bool {
        let words = comment.split(separator: " ")
        return ["curl", "sudo"].contains(words.first) || words.dropFirst().first == "="
            || stride(from: 1, to: words.count - 1, by: 2).contains { words[$0] == "|" } && !comment.contains("(")
    }

    @Test("the schema is told in French, with the names that are stored; the page stays English")
    func schema() throws {
        let names = try both(["schema"]).filter { !$0.english.isEmpty }
        for line in names {
            #expect(line.french != line.english)
            let ends: Set<Character> = [" ", ":"]
            let (english, french) = (line.english.drop { $0 == " " }, line.french.drop { $0 == " " })
            guard !english.hasPrefix("tags:") else { continue }
            #expect(french.prefix { !ends.contains($0) } == english.prefix { !ends.contains($0) })
        }
        for line in try both(["schema", "--format", "markdown"]) { #expect(line.french == line.english) }
    }

    @Test("devices that are known have French names and notes, and their profiles the same settings")
    func profiles() throws {
        let list = try both(["profiles"]).filter { !$0.english.isEmpty }
        #expect(list.contains { $0.french.hasSuffix("Deye / Sunsynk hybride, monophasé") })
        for line in list {
            #expect(line.french.prefix { $0 != " " } == line.english.prefix { $0 != " " })
            for word in [" one ", "with ", "the ", "battery inverter", "first ", "hybrid)", "(string"] {
                #expect(!line.french.contains(word), "\(line.french)")
            }
        }
        var notes = 0
        for key in list.compactMap({ $0.english.split(separator: " ").first.map(String.init) }) {
            for line in try both(["profiles", key]) where line.french != line.english {
                let start = try #require(["name = \"", "note = \""].first { line.english.hasPrefix($0) })
                #expect(line.french.hasPrefix(start) && line.french.hasSuffix("\""))
                notes += start.hasPrefix("note") ? 1 : 0
            }
        }
        #expect(notes > 20)
    }

    @Test("what is doubtful about a device, and a profile that is not there, are said in French by check")
    func doubt() throws {
        let file = try configuration(
            """
            [source.one]
            type = "modbus"
            host = "192.168.1.20"
            profile = "emu-professional-a"
            [source.two]
            type = "modbus"
            host = "192.168.1.21"
            profile = "emu-professionnal"
            """
        )
        let answer = try run(["LANG=fr_FR.UTF-8"], "check", file)
        #expect(answer.code == 78)
        for words in [
            "personne n'a confirmé les registres de EMU Professional II, énergies à l'adresse 6000 en Wh",
            "un seul des deux donne ce que montre l'afficheur", "aucun profil ne s'appelle \"emu-professionnal\"",
        ] {
            #expect(answer.output.contains(words), "\(words): \(answer.output)")
        }
    }

    @Test("what libcurl says of a server that is not there is said in French")
    func libraries() throws {
        let config = try configuration("[influx]\nurl = \"http://127.0.0.1:9\"\n")
        let answer = try run(["LANG=fr_FR.UTF-8"], "provision", "--check", "--config", config)
        #expect(answer.output.contains("rien ne répond sur 127.0.0.1:9"), "\(answer.output)")
        #expect(answer.output.contains("pas de connexion") || answer.output.contains("refusée"), "\(answer.output)")
        for word in ["Failed", "connect to", "server", "refused"] {
            #expect(!answer.output.contains(word), "\(word): \(answer.output)")
        }
    }

    @Test("what provision finds, changes and proves is said in French")
    func provision() throws {
        let server = try box.influxd()
        let config = try configuration("state = \"\(box.folder)\"\n[influx]\nurl = \"\(server.line())\"\n")
        let check = try run(["LANG=fr_FR.UTF-8"], "provision", "--check", "--config", config)
        let made = try run(["LANG=fr_FR.UTF-8"], "provision", "--config", config)
        #expect(made.code == 0 && made.output.contains("durée de conservation raw"), "\(made.output)")
        for word in ["retention policy", "missing", "created", "it keeps", "user "] {
            #expect(!check.output.contains(word) && !made.output.contains(word), "\(check.output)\n\(made.output)")
        }
    }

    @Test("a device that does not answer and what was asked of it have French names")
    func devices() throws {
        let listener = try Peer([
            "/usr/bin/python3", "-c",
            "import socket,time; s=socket.create_server(('127.0.0.1',0)); print(s.getsockname()[1],flush=True); time.sleep(60)",
        ])
        let port = listener.line()
        let config = try configuration(
            "state = \"\(box.folder)\"\n[source.pac]\ntype = \"modbus\"\nhost = \"127.0.0.1\"\nport = \(port)\nunit = 4\n"
                + "timeout = \"100ms\"\n[source.pac.registers]\nw = { address = 0, type = \"int16\", unit = \"W\" }\n"
        )
        let answer = try run(["LANG=fr_FR.UTF-8"], "read", "pac", "--seconds", "3", "--config", config)
        #expect(answer.output.contains("l'appareil 4 sur 127.0.0.1:\(port)"), "\(answer.output)")
        #expect(answer.output.contains("les registres à partir de 0 (1)"), "\(answer.output)")
    }

    @Test("no line of a French help is longer than the terminal is wide")
    func helps() throws {
        let list = try run([], "--help").output.split(separator: "\n").drop { $0 != "SUBCOMMANDS:" }
        let names = list.compactMap { $0.wholeMatch(of: #/  ([a-z]+) +[A-Z].*/#)?.1 }.map(String.init)
        #expect(names.count > 20, "\(list)")
        for name in names {
            for line in try run(["LANG=fr_FR.UTF-8", "COLUMNS=80"], name, "--help").output.split(separator: "\n") {
                #expect(line.count <= 80, "\(name): \(line)")
            }
        }
    }

    @Test("a search for meters says in French where it looked and by which ways")
    func probe() throws {
        let answer = try run(
            ["LANG=fr_FR.UTF-8"],
            "probe",
            "--tcp",
            "127.0.0.1:9",
            "--only",
            "modbus",
            "--units",
            "1-2"
        )
        #expect(answer.output.contains("Modbus TCP, unités de 1 à 2"), "\(answer.output)")
    }

    @Test("a supplier's file of which nothing is taken is told in French, with what to take instead, without its name")
    func supplierFiles() throws {
        let config = try configuration("[influx]\nurl = \"http://127.0.0.1:9\"\n")
        let path = box.folder + "/12-Dupont-Jeanne.csv"
        let words = [
            "\"Date\";\"Conso\"\n\"01/06/2025 00:30\";\"0.206 kWh\"\n": "des demi-heures de TotalEnergies",
            "\"Category\";\"HP\";\"HC\"\n\"du 11/10/23 au 21/10/23\";40;58\n": "des sommes de plusieurs jours",
            "Date de consommation;Consommation (m3)\n02/11/2025;18\n": "il est en m3",
        ]
        for (text, words) in words {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            let done = try run(["LANG=fr_FR.UTF-8"], "import", path, "--config", config)
            #expect(done.code == 65 && done.output.hasPrefix("fichier 1 : \(words)"), "\(done.output)")
            #expect(!done.output.contains("Dupont"))
        }
    }

    @Test("the sums of an import and of a comparison have a decimal comma in French")
    func sums() throws {
        let server = try box.influxd()
        let config = try configuration("state = \"\(box.folder)\"\n[influx]\nurl = \"\(server.line())\"\n")
        #expect(try box.run("provision", "--config", config).code == 0)
        let path = box.folder + "/jours.csv"
        try "Date;Consommation (en kWh)\n01/06/2025;12,5\n".write(toFile: path, atomically: true, encoding: .utf8)
        let done = try run(["LANG=fr_FR.UTF-8"], "import", path, "--config", config)
        #expect(done.code == 0 && done.output.contains(" 12,50 "), "\(done.output)")
        let equal = try run(["LANG=fr_FR.UTF-8"], "export", "--compare", path, "--config", config)
        #expect(equal.code == 0 && equal.output.contains("box 12,500 kWh, fichier 12,500 kWh"), "\(equal.output)")
        #expect(try run([], "import", "--dry-run", path, "--config", config).output.contains(" 12.50 "))
    }
}
