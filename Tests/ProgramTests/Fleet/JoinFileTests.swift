import Foundation
import InfluxOutput
import MeterCore
import MeterNotation
import Testing

@testable import boxenergie

/// The file by which a box joins a centre, and the block that it becomes.
@Suite struct JoinFileTests {
    private let today = LocalDate(year: 2026, month: 11, day: 30)

    private func file(_ change: (inout JoinFile) -> Void = { _ in }) -> JoinFile {
        var file = JoinFile(
            name: "dupont",
            url: "https://parc.example.org",
            database: "parc",
            username: "box-dupont",
            password: "pass \"word\" \\ é",
            pin: "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
            choice: .forCentre,
            sendEvery: .seconds(3600),
            until: LocalDate(year: 2026, month: 12, day: 30)
        )
        change(&file)
        return file
    }

    /// The words of the refusal of a text; `nil` when it is read.
    private func refusal(_ text: some Sequence<UInt8>, on day: LocalDate? = nil) -> String? {
        do {
            _ = try JoinFile([UInt8](text), file: "dupont.join", today: day ?? today)
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test("what the centre writes the box reads, also after a mail program's line ends")
    func roundTrip() throws {
        let texts = [
            file(), file { $0.pin = nil }, file { $0.names = .policy }, file { $0.choice = OutputChoice() },
            file { $0.sendEvery = nil },
        ]
        for one in texts {
            let text = try one.text()
            #expect(try JoinFile([UInt8](text.utf8), file: "f", today: today) == one)
            #expect(try JoinFile([UInt8](text.replacing("\n", with: "\r\n").utf8), file: "f", today: today) == one)
            #expect(text.hasPrefix("# "))
        }
    }

    @Test("a file that was cut at any byte, or in which any bit of any byte is another one, is refused whole")
    func damaged() throws {
        let text = [UInt8](try file().text().utf8)
        // The last line feed is the only byte that nobody needs.
        for end in 0..<(text.count - 1) {
            let words = refusal(text.prefix(end))
            #expect(
                words?.contains("not whole") == true || words?.contains("damaged") == true,
                "\(end): \(words ?? "")"
            )
        }
        for place in text.indices.dropLast() {
            for bit in 0..<8 {
                var other = text
                other[place] ^= 1 << bit
                // A carriage return is left out wherever it stands: that is no change.
                if other[place] == 13 || text[place] == 13 { continue }
                #expect(refusal(other) != nil, "\(place) \(bit)")
            }
        }
        #expect(refusal([UInt8]()) != nil)
    }

    @Test("each other reason is said in words that tell what to do")
    func refused() throws {
        /// The text with another line in place of one, and the checksum that belongs to that.
        func changed(_ key: String, _ line: String?) throws -> [UInt8] {
            let lines = try file().text().split(separator: "\n").dropLast().compactMap { old in
                old.hasPrefix(key + " = ") ? line : String(old)
            }
            let text = lines.joined(separator: "\n") + "\n"
            return [UInt8]("\(text)checksum = \"\(try Digest(of: [UInt8](text.utf8)))\"\n".utf8)
        }
        let cases: [(key: String, line: String?, words: String)] = [
            ("version", "version = 2", "of another release"),
            ("version", nil, "version"),
            ("url", "url = \"http://parc.example.org\"", "must begin with https://"),
            ("url", nil, "url"),
            ("pin", "pin = \"short\"", "44 characters"),
            ("name", "name = \"Dupont Père\"", "small letters"),
            ("until", "until = \"soon\"", "expected a day"),
            ("password", "password = \"\"", "password"),
            ("only", "only = []", "only"),
            ("every", "every = \"never\"", "every"),
            ("send_every", "send_every = \"1s\"", "send_every"),
            ("url", "url = \"http://127.evil.invalid\"", "must begin with https://"),
            ("url", "url = \"http://localhost.evil.invalid\"", "must begin with https://"),
            ("name", "name = \"\(String(repeating: "a", count: 41))\"", "40 at most"),
            ("database", "databse = \"parc\"", "database"),
        ]
        for (key, line, words) in cases {
            let said = refusal(try changed(key, line))
            #expect(said?.contains(words) == true, "\(key): \(said ?? "")")
        }
        let text = try file().text()
        #expect(refusal(text.utf8, on: LocalDate(year: 2026, month: 12, day: 30)) == nil)
        let late = refusal(text.utf8, on: LocalDate(year: 2026, month: 12, day: 31))
        #expect(late?.contains("by the clock of this machine it is 2026-12-31") == true, "\(late ?? "")")
        #expect(late?.contains("else ask the centre for a new file") == true, "\(late ?? "")")
        #expect(refusal("some text\n".utf8)?.contains("no file of a centre") == true)
    }

    @Test("a name in only that no measurement has is a warning for a box, which goes on, and an error for a centre")
    func only() {
        let settings = """
            url = "https://parc.example.org"
            only = ["foo", "m15.*", "raw.mine", "*.box"]

            """
        let sections: [(text: String, severity: Diagnostic.Severity)] = [
            ("[output.other]\ntype = \"influx\"\n", .warning), ("[central]\n", .error),
        ]
        for (section, severity) in sections {
            let configuration = Configuration(ConfigDocument(text: section + settings, file: "f"))
            let found = configuration.diagnostics.all.filter { "\($0)".contains("no measurement is called \"foo\"") }
            #expect(found.count == 1 && found.first?.severity == severity, "\(configuration.diagnostics.all)")
            #expect(!configuration.diagnostics.all.contains { "\($0)".contains("raw.mine") })
        }
    }

    @Test("a block is found whatever an editor did to the ends of its lines, and taken out with its password")
    func edited() throws {
        let folder = NSTemporaryDirectory() + "boxenergie-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/boxenergie.toml"
        func place() throws -> JoinedOutput { try JoinedOutput("central", in: path, state: folder) }
        func text() throws -> String { try String(contentsOfFile: path, encoding: .utf8) }
        let edits: [(name: String, edit: (String) -> String)] = [
            ("the line ends of Windows", { $0.replacing("\n", with: "\r\n") }),
            ("blanks behind the marks", { $0.replacing("join central\n", with: "join central \t\n") }),
            ("no last line feed", { String($0.dropLast()) }),
        ]
        for (name, edit) in edits {
            try "[tags]\nsite = \"maison\"\n".write(toFile: path, atomically: true, encoding: .utf8)
            try place().write(file(), try place().joined(by: file()))
            try edit(try text()).write(toFile: path, atomically: true, encoding: .utf8)
            #expect(try place().isThere, "\(name)")
            try place().write(file(), try place().joined(by: file()))
            #expect(try text().ranges(of: "[output.central]").count == 1, "\(name)")
            try edit(try text()).write(toFile: path, atomically: true, encoding: .utf8)
            try place().leave()
            let left = try text().replacing("\r\n", with: "\n")
            #expect(left == "[tags]\nsite = \"maison\"\n", "\(name): \(left)")
            #expect(try !place().hasSecrets, "\(name)")
        }
        // A configuration of Windows that somebody joins.
        let windows = "[tags]\r\nsite = \"maison\"\r\n"
        try windows.write(toFile: path, atomically: true, encoding: .utf8)
        try place().write(file(), try place().joined(by: file()))
        let configuration = Configuration(ConfigDocument(text: try text(), file: path))
        #expect(configuration.diagnostics.all.isEmpty)
        try place().leave()
        #expect(try text().utf8.elementsEqual(windows.utf8))
        // A block that somebody took out by hand leaves its password.
        try place().write(file(), try place().joined(by: file()))
        try windows.write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try !place().isThere)
        #expect(try place().hasSecrets)
        try place().leave()
        #expect(try !place().hasSecrets)
        #expect(try text().utf8.elementsEqual(windows.utf8))
    }

    @Test("joining adds a block, again replaces it in its place, leaving gives every byte back; all else stays")
    func block() throws {
        let folder = NSTemporaryDirectory() + "boxenergie-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/boxenergie.toml"
        let link = folder + "/link.toml"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        func place() throws -> JoinedOutput { try JoinedOutput("central", in: link, state: folder) }
        func secrets() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".password") }
        }
        for text in ["", "[influx]\n", "# no line feed at the end", "[tags]\nsite = \"maison\"   # é\n\n\n"] {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
            var join = file()
            #expect(try !place().isThere)
            try place().write(join, try place().joined(by: join))
            let first = try String(contentsOfFile: path, encoding: .utf8)
            #expect(first.hasPrefix(text) && first.contains("\n[output.central]\n"))
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o640)
            let configuration = Configuration(ConfigDocument(text: first, file: path))
            #expect(configuration.diagnostics.all.isEmpty, "\(configuration.diagnostics.all)")
            let output = try configuration.output("central")
            #expect(output.queue.choice == .forCentre && output.queue.namesBox)
            #expect(output.queue.sendEvery == .seconds(3600))
            // Somebody writes on below it.
            try (first + "\n[site]\nname = \"maison\"\n").write(toFile: path, atomically: true, encoding: .utf8)
            join.password = "another"
            try place().write(join, try place().joined(by: join))
            // The running box goes by the one before until it is told; the one before that is of no use.
            let before = try secrets()
            #expect(before.count == 2)
            let secret = try #require(
                before.first { try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8) == "another\n" }
            )
            join.password = "a third"
            try place().write(join, try place().joined(by: join))
            let after = try secrets()
            #expect(after.count == 2 && after.contains(secret))
            join.password = "another"
            try place().write(join, try place().joined(by: join))
            let rights =
                try FileManager.default.attributesOfItem(atPath: "\(folder)/\(secret)")[.posixPermissions] as? Int
            #expect(rights == 0o600)
            let second = try String(contentsOfFile: path, encoding: .utf8)
            #expect(second != first && second.hasSuffix("\n[site]\nname = \"maison\"\n"))
            #expect(second.ranges(of: "[output.central]").count == 1)
            try first.write(toFile: path, atomically: true, encoding: .utf8)
            try place().leave()
            let left = try String(contentsOfFile: path, encoding: .utf8)
            #expect(left == (text.hasSuffix("\n") || text.isEmpty ? text : text + "\n"))
            #expect(try secrets().isEmpty)
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == path)
        }
        for text in [
            "# >>> boxenergie join central\n[output.central]\n",
            "# <<< boxenergie join central\n# >>> boxenergie join central\n",
        ] {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            #expect(throws: CommandError.self) { try place() }
        }
    }
}
