import MeterCore
import Testing

@testable import InfluxOutput

@Suite struct RawHistoryTests {
    /// A house with an inverter of two devices and a Linky, whose readings are asked for at the same time.
    private func house() throws -> FakeInflux {
        try FakeInflux { request in
            let head = "name,tags,time"
            if request.text.contains(#"FROM "raw"."production""#) {
                let series = ["1", "2"].map { device in
                    (0..<3).map { #"production,"device=\#(device),source=toit",\#(900 + $0 * 10),\#(device)00\#($0),"# }
                }
                return (200, ([head + ",wh,w"] + series.joined()).joined(separator: "\n") + "\n")
            }
            guard request.text.contains(#"FROM "raw"."linky""#) else { return (200, "") }
            let columns = ",wh_in,wh_out,va_in,va_out,pref_va,ntarf"
            return (200, "\(head)\(columns)\nlinky,source=linky,905,12,,230,,,\nlinky,source=linky,910,13,,,,,\n")
        }
    }

    private func history(_ server: FakeInflux) throws -> RawHistory {
        var settings = InfluxSettings()
        settings.url = server.url
        return RawHistory(try InfluxClient(settings), site: nil, places: RawHistory.Places())
    }

    @Test("readings stand in the order of time, those of one instant in that of the kinds, each with its meter")
    func order() async throws {
        let server = try house()
        defer { server.stop() }
        let found = try await history(server).readings(900..<1800)
        #expect(found.map(\.time.seconds) == [900, 900, 905, 910, 910, 910, 920, 920])
        #expect(found.map(\.meter) == ["toit 1", "toit 2", "linky", "linky", "toit 1", "toit 2", "toit 1", "toit 2"])
        let registers = found.map { reading in
            reading.facts.compactMap { if case .register(_, let value) = $0 { value } else { nil } }
        }
        #expect(registers == [[1000], [2000], [12], [13], [1001], [2001], [1002], [2002]])
    }

    @Test("kinds without readings in a span are asked for once")
    func narrowed() async throws {
        let server = try house()
        defer { server.stop() }
        let narrowed = try await history(server).narrowed(to: 900..<1800)
        let asked = server.requests.count
        #expect(asked == Kind.telling.count)
        #expect(try await narrowed.readings(900..<1800).count == 8)
        #expect(server.requests.count == asked + 2)
    }
}
