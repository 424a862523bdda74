import MeterProtocols
import Testing

/// The filter against its definition, worked out another way: sample by sample, and only at the end.
@Suite struct PulseModelTests {
    /// xorshift, so that a failure can be repeated.
    private struct Dice {
        var state: UInt64

        mutating func roll(_ sides: UInt64) -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state % sides
        }
    }

    /// Walks a recorded line, one step after the other.
    private func model(_ line: [Bool], width: Int, gap: Int) -> [PulseFilter.Change] {
        var isActive = line[0]
        var found: [PulseFilter.Change] = []
        var step = 0
        while step < line.count {
            var end = step
            while end < line.count, line[end] == line[step] { end += 1 }
            // The last span goes on: what is known of it is that it lasted until the last step.
            let length = end < line.count ? end - step : end - 1 - step
            if line[step] != isActive, length >= (line[step] ? width : gap) {
                isActive = line[step]
                found.append(PulseFilter.Change(time: UInt64(step), isActive: isActive))
            }
            step = end
        }
        return found
    }

    @Test("100 000 random lines give the pulses of the definition", arguments: [1, 2, 3, 4] as [UInt64])
    func random(_ seed: UInt64) {
        var dice = Dice(state: seed &* 0x9E37_79B9_7F4A_7C15)
        for round in 0..<25_000 {
            let (width, gap) = (Int(dice.roll(8)), Int(dice.roll(8)))
            let longest = 1 + dice.roll(12)
            var line: [Bool] = []
            var level = dice.roll(2) == 0
            while line.count < 60 {
                line += [Bool](repeating: level, count: Int(1 + dice.roll(longest)))
                level.toggle()
            }
            var filter = PulseFilter(width: UInt64(width), gap: UInt64(gap), isActive: line[0], at: 0)
            var found: [PulseFilter.Change] = []
            var edges: UInt64 = 0
            for step in line.indices.dropFirst() {
                if line[step] != line[step - 1] {
                    edges += 1
                    if let change = filter.push(PulseEdge(at: UInt64(step), isActive: line[step])) {
                        found.append(change)
                    }
                } else if dice.roll(4) == 0, let change = filter.advance(to: UInt64(step)) {
                    found.append(change)
                }
            }
            if let change = filter.advance(to: UInt64(line.count - 1)) { found.append(change) }
            guard found == model(line, width: width, gap: gap),
                filter.rejected + UInt64(found.count) + (filter.isUndecided ? 1 : 0) == edges
            else {
                Issue.record("seed \(seed), round \(round): \(line.map { $0 ? 1 : 0 }), \(width), \(gap): \(found)")
                return
            }
        }
    }

    @Test("no edge and no time, however wild, makes it trap", arguments: [5, 6] as [UInt64])
    func wild(_ seed: UInt64) {
        var dice = Dice(state: seed &* 0x9E37_79B9_7F4A_7C15)
        for _ in 0..<2000 {
            var rules = PulseCounter.Rules()
            rules.width = dice.roll(3) == 0 ? dice.roll(.max) : dice.roll(20)
            rules.gap = dice.roll(3) == 0 ? .max : dice.roll(20)
            rules.wattHours = 1
            rules.edge = PulseCounter.Edge.allCases[Int(dice.roll(3))]
            var counter = PulseCounter(rules, isActive: dice.roll(2) == 0, at: dice.roll(.max))
            var changes: UInt64 = 0
            for _ in 0..<100 {
                let time = dice.roll(2) == 0 ? dice.roll(.max) : dice.roll(1000)
                let sequence = dice.roll(2) == 0 ? UInt32(truncatingIfNeeded: dice.roll(.max)) : nil
                switch dice.roll(5) {
                case 0: if counter.advance(to: time) != nil { changes += 1 }
                case 1: counter.noteFullBuffer()
                case 2: if let watts = counter.watts(at: time) { #expect(watts >= 0 && watts.isFinite) }
                default:
                    let edge = PulseEdge(at: time, isActive: dice.roll(2) == 0, sequence: sequence)
                    if counter.push(edge) != nil { changes += 1 }
                }
            }
            #expect(counter.count == changes)
        }
    }
}
