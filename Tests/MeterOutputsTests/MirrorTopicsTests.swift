import Testing

@testable import MeterCore
@testable import MeterOutputs

/// The settings of a mirror from its section; a test that gives wrong ones fails.
func mirrorSettings(_ text: String) throws -> MQTTMirrorSettings {
    let document = ConfigDocument(text: "[output.it]\n" + text, file: "test.toml")
    let section = try #require(document.root.namedSections("output").first).section
    let settings = MQTTMirrorSettings(settings: section)
    document.root.finish()
    #expect(document.diagnostics.all.map(\.description) == [])
    return settings
}

/// The names of topics: never two of one, never another one tomorrow, and no number of a meter in them.
struct MirrorTopicsTests {
    private func name(_ meter: String, _ more: String = "") throws -> String {
        let topics = MirrorTopics(try mirrorSettings(more), site: "maison")
        return topics.name(of: ShownQuantity(.imported, of: meter))
    }

    @Test(
        "a meter's name stands in its topic",
        arguments: [
            ("linky", "linky/import_wh"), ("Toit_2", "Toit_2/import_wh"), ("zigbee cave", "zigbee--cave/import_wh"),
            ("", "import_wh"),
        ]
    )
    func plain(_ meter: String, _ topic: String) throws { #expect(try name(meter) == topic) }

    @Test("names that differ have topics that differ, whatever letters they are of")
    func apart() throws {
        let meters = [
            "ete", "été", "Été", "a b", "a--b", "a-b", "a/b", "a#b", "a+b", "a$b", "日本", "日", "e-te", "a b c",
        ]
        let names = try meters.map { try name($0) }
        #expect(Set(names).count == names.count, "\(names)")
        for name in names { #expect(name.wholeMatch(of: #/[A-Za-z0-9_-]+\/import_wh/#) != nil, "\(name)") }
    }

    @Test("long numbers are shown by their last four digits, unless they are asked for")
    func numbers() throws {
        #expect(try name("eau 12345678").hasPrefix("eau--5678-"))
        #expect(try name("eau 12345678") != name("eau 99995678"))
        #expect(try name("eau 1234567") == "eau--1234567/import_wh")
        #expect(try name("eau 12345678", "show_numbers = true") == "eau--12345678/import_wh")
        let topics = MirrorTopics(try mirrorSettings(""), site: "maison")
        #expect(topics.shown("linky 09876543210987") == "linky 0987")
    }

    @Test("site and prefix begin every topic and every name")
    func roots() throws {
        let topics = MirrorTopics(try mirrorSettings("prefix = \"a/b\""), site: "gite")
        #expect(topics.presence == "a/b/gite/etat")
        #expect(topics.identifier(of: ShownQuantity(.imported, of: "linky")) == "a_b_gite_linky_import_wh")
        #expect(topics.heard == ["a/b/gite/memoire", "homeassistant/status"])
        let none = MirrorTopics(try mirrorSettings("discovery = false"), site: "")
        #expect(none.root == "boxenergie" && none.heard == ["boxenergie/memoire"])
        #expect(none.announcement(of: ShownQuantity(.imported, of: "linky")) == nil)
    }

    @Test(
        "what cannot be is said with its place",
        arguments: [
            ("prefix = \"a/+\"", "output.it.prefix"), ("prefix = \"/a\"", "output.it.prefix"),
            ("discovery_prefix = \"é\"", "output.it.discovery_prefix"),
            ("broker = \"192.168.1.1\"", "output.it.broker"),
            ("password_file = \"/x\"", "output.it.password_file"), ("every = \"0s\"", "output.it.every"),
            ("insecure = true", "output.it.insecure"), ("language = \"de\"", "output.it.language"),
        ]
    )
    func wrong(_ text: String, _ place: String) throws {
        let document = ConfigDocument(text: "[output.it]\n" + text, file: "test.toml")
        let section = try #require(document.root.namedSections("output").first).section
        _ = MQTTMirrorSettings(settings: section)
        #expect(document.diagnostics.errors.count == 1)
        #expect(document.diagnostics.errors.first?.description.contains(place) == true, "\(document.diagnostics.all)")
    }
}
