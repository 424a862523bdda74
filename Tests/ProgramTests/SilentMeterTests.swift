import MeterCore
import MeterSources
import Testing

@testable import boxenergie

/// A meter of which the running box reads nothing, as a person looks for the reason.
@Suite(.mayBlock, .timeLimit(.minutes(2))) struct SilentMeterTests {
    private let box: Installation

    init() throws { box = try Installation() }

    @Test("read tells the last trouble of a silent meter, and how long ago it was")
    func trouble() async throws {
        let config = try box.configure("http://127.0.0.1:1")
        let daemon = try box.start("run", "--config", config)
        #expect(try await eventually { try box.report(config)?.sources["linky"]?.lastErrorAt != nil })
        let read = try box.run("read", "linky", "--seconds", "1", "--config", config)
        #expect(read.code == 69)
        #expect(
            read.output.contains(
                #/read nothing of linky in 1 s; its last trouble, .* ago: .*no such device.*; wait longer with --seconds/#
            ),
            "\(read.output)"
        )
        #expect(daemon.terminate().code == 0)
    }

    @Test("who is told to record a line is told to stop the box first, which has the line")
    func recording() {
        var advice: [String] = []
        for kind in SourceRegistry.builtIn.all {
            advice += kind.init(settings: ConfigSection.describing(path: "source.NAME")).declaration.advice
        }
        let recording = advice.filter { $0.contains("boxenergie capture") }
        #expect(!recording.isEmpty)
        for line in recording { #expect(line.hasPrefix("sudo systemctl stop boxenergie; "), "\(line)") }
    }
}
