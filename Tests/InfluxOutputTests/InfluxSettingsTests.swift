import MeterCore
import Testing

@testable import InfluxOutput

@Suite struct InfluxSettingsTests {
    private func read(_ url: String) throws -> (settings: InfluxSettings, errors: [String]) {
        let document = ConfigDocument(bytes: [UInt8]("url = \"\(url)\"\n".utf8), file: "f")
        let settings = InfluxSettings(settings: document.root)
        return (settings, document.diagnostics.errors.map(\.message))
    }

    @Test("an address is one of the web, without a user or password, and what is behind it does not matter")
    func url() throws {
        let plain = try read("https://influx.example.org:8086//")
        #expect(plain.errors.isEmpty && plain.settings.url == "https://influx.example.org:8086")
        #expect(try read("influx:8086").errors.count == 1)
        #expect(try read("http://influx:8086/write?db=x").errors.first?.contains("must end before ?") == true)
        #expect(try read("https://influx.example.org:8086/a/b").settings.place == "influx.example.org:8086")
        #expect(try read("https://writer:secret@influx.example.org").errors.first?.contains("password_file") == true)
    }

    @Test("a token stands in place of a user, and names are plain unless an engine has no policies")
    func tokens() throws {
        func read(_ text: String) -> (settings: InfluxSettings, errors: [String]) {
            let document = ConfigDocument(bytes: [UInt8](text.utf8), file: "f")
            let settings = InfluxSettings(settings: document.root)
            return (settings, document.diagnostics.errors.map(\.message))
        }
        #expect(read("token_file = \"/t\"").settings.token?.file == "/t")
        #expect(read("token_file = \"/t\"\nusername = \"u\"").errors == ["token_file: either a token or a username"])
        #expect(read("").settings.names == .plain && read("names = \"policy\"").settings.names == .policy)
        #expect(read("names = \"other\"").errors.count == 1)
    }

    @Test("only this very machine is spared the compression")
    func isLocal() throws {
        for url in ["http://127.0.0.1:8086", "http://localhost:8086", "http://[::1]:8086"] {
            #expect(try read(url).settings.isLocal)
        }
        #expect(try !read("http://192.168.1.9:8086").settings.isLocal)
    }
}
