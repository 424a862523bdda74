import MeterProtocols
import Testing

/// Random and damaged frames, the same ones in each run; `Tests/slow/fuzz mbus` looks further.
@Suite struct MBusFuzzTests {
    /// Steele, Lea and Flood's SplitMix64.
    private struct Dice: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    /// Reads a frame in all the ways that there are.
    ///
    /// - Returns: whether it was an answer.
    private func read(_ frame: MBusFrame) -> Bool {
        guard let telegram = try? MBusTelegram(frame) else { return false }
        for record in telegram.records {
            let selector = MBusSelector(record)
            #expect(!selector.description.isEmpty)
            if case .number(let number) = record.value {
                #expect(!number.double.isNaN)
                _ = number.integer
            }
            for unit in ["kWh", "l", "W"] {
                var selector = selector
                selector.unit = unit
                _ = selector.value(in: telegram.records)
            }
        }
        #expect(telegram.records.count <= 252)
        return true
    }

    @Test("random data behind each CI field is survived")
    func random() {
        var dice = Dice(state: 13757)
        var answers = 0
        for turn in 0..<40_000 {
            let information: UInt8 = [0x72, 0x76, 0x73, 0x77, 0x7A, 0x78, 0x70, 0x71][turn % 8]
            let data = (0..<Int.random(in: 0...252, using: &dice)).map { _ in UInt8.random(in: 0...255, using: &dice) }
            if read(.long(control: 8, address: 1, information: information, data: data)) { answers += 1 }
        }
        #expect(answers > 1000, "some of them are answers, or nothing was tried")
    }

    @Test("a real answer with some bytes changed, cut off or put in is survived")
    func mutations() {
        let seed = bytes(
            "78 56 34 12 42 04 20 02 2A 00 00 00 0E 04 67 45 23 01 00 00 04 2B 24 FA FF FF 02 FD 48 0B 09 0D 78 03 63 62 61 "
                + "84 10 83 3B 47 F4 10 00 04 6D 1E 0C 2E 37 02 FC 03 48 52 25 74 01 00 05 2E 00 00 80 3F 8B 60 04 37 18 02 1F"
        )
        var dice = Dice(state: 13758)
        var answers = 0
        for _ in 0..<40_000 {
            var data = seed
            for _ in 0..<Int.random(in: 1...4, using: &dice) {
                let place = Int.random(in: 0..<data.count, using: &dice)
                switch UInt8.random(in: 0...3, using: &dice) {
                case 0: data[place] = UInt8.random(in: 0...255, using: &dice)
                case 1: data[place] ^= 1 << UInt8.random(in: 0...7, using: &dice)
                case 2: data.remove(at: place)
                default: data.insert(UInt8.random(in: 0...255, using: &dice), at: place)
                }
            }
            if read(.long(control: 8, address: 1, information: 0x72, data: data)) { answers += 1 }
        }
        #expect(answers > 1000, "some of them are answers, or nothing was tried")
    }

    @Test("a framer in any stream finds all good frames between noise that begins none, and holds no more than one")
    func streams() {
        var dice = Dice(state: 13759)
        for _ in 0..<300 {
            var framer = MBusFramer()
            var found: [MBusFrame] = []
            var sent: [MBusFrame] = []
            for _ in 0..<20 {
                let noise = (0..<Int.random(in: 0...30, using: &dice)).map { _ in
                    UInt8.random(in: 0...255, using: &dice)
                }
                framer.push(noise.filter { ![0x10, 0x68, 0xE5].contains($0) }) { found.append($0) }
                let data = (0..<Int.random(in: 0...252, using: &dice)).map { _ in
                    UInt8.random(in: 0...255, using: &dice)
                }
                sent.append(.long(control: 8, address: 1, information: 0x72, data: data))
                framer.push(sent[sent.count - 1].bytes) { found.append($0) }
            }
            #expect(found == sent && !framer.isInFrame)
        }
    }
}
