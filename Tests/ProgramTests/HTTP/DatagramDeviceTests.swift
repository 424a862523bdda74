import MeterCore
import MeterSources
import Testing

/// A battery that is asked by UDP, played by Python's sockets, and what a network does to datagrams.
@Suite(.mayBlock, .timeLimit(.minutes(2))) struct DatagramDeviceTests {
    private static let answer =
        #"{"id":1,"src":"VenusE 3.0-6812","result":{"id":0,"bat_soc":82,"bat_cap":5120,"ongrid_power":-75,"#
        + #""total_grid_output_energy":109220,"total_grid_input_energy":138132}}"#

    private let device: Peer
    private let port: String

    init() throws {
        device = try Peer(["/usr/bin/python3", Installation.root + "/Tests/peers/datagram_device.py"])
        port = device.line()
    }

    private func order(_ text: String) -> String {
        device.sendLine(text)
        return device.line()
    }

    private func source(_ more: String = "") -> SourceRun {
        SourceRun(
            HTTPSource.self,
            name: "it",
            """
            host = "127.0.0.1"
            profile = "marstek-api"
            accept_unverified = true
            parameters = { port = "\(port)" }
            \(more)
            """
        )
    }

    @Test("it is read, though a question is lost and another machine answers in its place")
    func read() async throws {
        #expect(order("answer \(Self.answer)") == "ok")
        #expect(order("lose 1") == "ok")
        #expect(order("stranger \(Self.answer.replacing("-75", with: "9999"))") == "ok")
        let run = source("timeout = \"1500ms\"")
        let task = Task { await run.run() }
        defer { task.cancel() }
        try await wait { !run.all.isEmpty }
        #expect(run.all.map(lineText) == ["battery w=-75,soc_pct=82,capacity_wh=5120"])
        #expect(order("asked") == #"1 {"id":1,"method":"ES.GetStatus","params":{"id":0}}"#)
    }

    @Test("one that does not answer is said so, after it was asked three times")
    func silent() async throws {
        let run = source("timeout = \"600ms\"")
        let task = Task { await run.run() }
        defer { task.cancel() }
        try await wait { run.status.errors > 0 }
        #expect(run.status.lastError?.contains("127.0.0.1:\(port) did not answer in time") == true)
        #expect(order("asked").hasPrefix("3 "))
    }

    @Test("an answer that is none, or far too large, is no reading")
    func wrong() async throws {
        #expect(order(#"answer {"id":1,"error":{"code":-32700,"message":"Parse error"}}"#) == "ok")
        let refused = source()
        let task = Task { await refused.run() }
        try await wait { refused.status.errors > 0 }
        task.cancel()
        #expect(refused.status.lastError?.contains("result.ongrid_power") == true)
        #expect(order("answer \(Self.answer + String(repeating: " ", count: 3000))") == "ok")
        let large = source("largest = \"2KB\"")
        let other = Task { await large.run() }
        defer { other.cancel() }
        try await wait { large.status.errors > 0 }
        #expect(large.status.lastError?.contains("answered more than") == true)
        #expect(refused.all.isEmpty && large.all.isEmpty)
    }
}
