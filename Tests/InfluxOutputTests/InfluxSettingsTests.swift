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
        #expect(try read("https://writer:secret@influx.example.org").errors.first?.contains("password_file") == true)
    }

    @Test("only this very machine is spared the compression")
    func isLocal() throws {
        for url in ["http://127.0.0.1:8086", "http://localhost:8086", "http://[::1]:8086"] {
            #expect(try read(url).settings.isLocal)
        }
        #expect(try !read("http://192.168.1.9:8086").settings.isLocal)
    }
}
