import MeterProtocols
import Testing

@Suite struct PulseTraceTests {
    @Test(
        "a line is an edge to the nanosecond, or it is told apart",
        arguments: [
            ("1718000000.123456789 1", .edge(PulseEdge(at: 1_718_000_000_123_456_789, isActive: true))),
            ("12 falling gpiochip0 5", .edge(PulseEdge(at: 12_000_000_000, isActive: false))),
            ("12.5\trising\r", .edge(PulseEdge(at: 12_500_000_000, isActive: true))),
            ("0.0000000019 inactive # a tenth of a nanosecond is cut", .edge(PulseEdge(at: 1, isActive: false))),
            ("# only that", .nothing), ("", .nothing), ("   ", .nothing), ("12", .malformed), ("1.2.3 1", .malformed),
            ("-1 1", .malformed), ("9000000000 1", .malformed), ("99999999999999999999 1", .malformed),
            ("1e3 1", .malformed), ("1 2", .malformed), ("1.٣ 1", .malformed), (". 1", .malformed),
        ] as [(Substring, PulseTrace.Line)]
    )
    func lines(_ text: Substring, _ line: PulseTrace.Line) { #expect(PulseTrace.read(text) == line) }

    @Test("what is written is read back")
    func roundTrip() {
        for time in [0, 1, 999_999_999, 1_000_000_000, 1_718_000_000_000_000_001, 8_999_999_999_999_999_999] as [UInt64]
        {
            let edge = PulseEdge(at: time, isActive: time % 2 == 0)
            #expect(PulseTrace.read(Substring(PulseTrace.write(edge))) == .edge(edge))
        }
    }
}
