import MeterProtocols
import Testing

/// Milliseconds as the filter's time.
private func ms(_ value: Double) -> UInt64 { UInt64(value * 1_000_000) }

@Suite struct PulseFilterTests {
    /// Begin and end of the pulses of a trace: the line is inactive first, and changes at each of the times.
    private func changes(_ times: [Double], width: Double = 10, gap: Double = 10, end: Double = 1000) -> [String] {
        var filter = PulseFilter(width: ms(width), gap: ms(gap), isActive: false, at: 0)
        var isActive = false
        var found: [PulseFilter.Change] = []
        for time in times {
            isActive.toggle()
            if let change = filter.push(PulseEdge(at: ms(time), isActive: isActive)) { found.append(change) }
        }
        if let change = filter.advance(to: ms(end)) { found.append(change) }
        let counted = UInt64(found.count)
        #expect(filter.rejected + counted + (filter.isUndecided ? 1 : 0) == UInt64(times.count))
        return found.map { "\($0.isActive ? "+" : "-")\(Double($0.time) / 1e6)" }
    }

    @Test(
        "pulses are told from noise",
        arguments: [
            ("a clean pulse", [100, 130], ["+100.0", "-130.0"]),
            ("a pulse just long enough", [100, 110], ["+100.0", "-110.0"]),
            ("a pulse a little too short", [100, 109.999], []),
            ("a contact that bounces while it closes", [100, 100.3, 101, 101.2, 102, 152], ["+102.0", "-152.0"]),
            ("a contact that bounces while it opens", [100, 150, 150.4, 151, 153, 153.1], ["+100.0", "-153.1"]),
            ("a short interruption", [100, 120, 125, 150], ["+100.0", "-150.0"]),
            ("a gap just long enough", [100, 120, 130, 150], ["+100.0", "-120.0", "+130.0", "-150.0"]),
            ("noise without a pulse", [100, 101, 105, 106, 110, 111], []),
            ("a contact that stays closed", [100], ["+100.0"]),
        ] as [(String, [Double], [String])]
    )
    func pulses(_ name: String, _ times: [Double], _ expected: [String]) {
        #expect(changes(times) == expected, "\(name)")
    }

    @Test("a line that is active at the start has no pulse until it was inactive")
    func activeAtStart() {
        var filter = PulseFilter(width: ms(10), gap: ms(10), isActive: true, at: 0)
        #expect(filter.advance(to: ms(500)) == nil)
        #expect(filter.push(PulseEdge(at: ms(600), isActive: false)) == nil)
        #expect(filter.push(PulseEdge(at: ms(700), isActive: true))?.isActive == false)
        #expect(filter.advance(to: ms(710)) == PulseFilter.Change(time: ms(700), isActive: true))
    }

    @Test("an edge that is dated before the one before it is taken for one at the same time")
    func backwards() {
        var filter = PulseFilter(width: ms(10), gap: ms(10), isActive: false, at: ms(50))
        #expect(filter.push(PulseEdge(at: ms(10), isActive: true)) == nil)
        #expect(filter.push(PulseEdge(at: .max, isActive: false))?.time == ms(50))
        #expect(filter.push(PulseEdge(at: 0, isActive: true)) == nil)
        #expect(filter.advance(to: 5) == nil)
    }

    @Test("edges that the kernel lost are counted by their numbers, and make no pulse")
    func numbered() {
        var filter = PulseFilter(width: ms(10), gap: ms(10), isActive: false, at: 0)
        #expect(filter.push(PulseEdge(at: ms(100), isActive: true, sequence: 1)) == nil)
        // Numbers 2 to 5 are missing: the line was not active all the time.
        #expect(filter.push(PulseEdge(at: ms(200), isActive: false, sequence: 6)) == nil)
        #expect(filter.lost == 4)
        #expect(filter.push(PulseEdge(at: ms(300), isActive: true, sequence: 7)) == nil)
        #expect(filter.push(PulseEdge(at: ms(330), isActive: false, sequence: 8))?.time == ms(300))
        #expect(filter.lost == 4)
        var first = PulseFilter(width: ms(10), gap: ms(10), isActive: false, at: 0)
        #expect(first.push(PulseEdge(at: ms(100), isActive: true, sequence: 3)) == nil)
        #expect(first.lost == 2, "the first that came was not the first there was")
        var late = PulseFilter(width: 1, gap: 1, isActive: false, at: 0)
        for (number, sequence) in [UInt32.max - 1, .max, 0, 1].enumerated() {
            _ = late.push(PulseEdge(at: ms(100), isActive: number % 2 == 0, sequence: sequence))
        }
        #expect(late.lost == UInt64(UInt32.max) - 2, "the numbers start again at 0")
    }

    @Test("two edges the same way are noise, or a loss when there was no room for one in between")
    func unnumbered() {
        var filter = PulseFilter(width: ms(10), gap: ms(10), isActive: false, at: 0)
        _ = filter.push(PulseEdge(at: ms(100), isActive: true))
        #expect(filter.push(PulseEdge(at: ms(105), isActive: true)) == nil)
        #expect(filter.rejected == 1 && filter.lost == 0)
        #expect(filter.push(PulseEdge(at: ms(120), isActive: false))?.time == ms(105))
        filter.noteFullBuffer()
        #expect(filter.push(PulseEdge(at: ms(150), isActive: false)) == nil)
        #expect(filter.lost == 1)
        #expect(filter.push(PulseEdge(at: ms(155), isActive: false)) == nil)
        #expect(filter.lost == 1, "there was room again")
    }
}
