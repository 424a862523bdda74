import MeterProtocols
import Testing

/// Bytes without sense, and good ones with damage: no trap, and nothing believed that was not sent.
struct ModbusFuzzTests {
    /// SplitMix64: the same bytes on every machine.
    private struct Random: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    private func request(_ random: inout Random) -> ModbusRequest {
        if Int.random(in: 0..<8, using: &random) == 0 {
            return .identify(from: UInt8.random(in: 0...3, using: &random))
        }
        let table = ModbusTable.allCases.randomElement(using: &random) ?? .coils
        let count = Int.random(in: 1...table.mostEntries, using: &random)
        return .read(ModbusSpan(table, at: Int.random(in: 0...60_000, using: &random), count: count))
    }

    private func noise(_ count: Int, _ random: inout Random) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    @Test("any bytes survive, and their number is bounded", arguments: [UInt64(1), 2, 3, 4])
    func anything(_ seed: UInt64) {
        var random = Random(state: seed)
        var believed = 0
        for _ in 0..<1500 {
            let request = request(&random)
            var frame = RTUFrame.bytes(request, to: 1)
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                frame[Int.random(in: 0..<frame.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let all = frame + noise(Int.random(in: 0..<300, using: &random), &random)
            if let range = RTUFrame.answer(to: request, from: 1, in: all) {
                believed += 1
                #expect(range.upperBound <= all.count && range.count >= 5)
                _ = try? request.answer(Array(all[range].dropFirst().dropLast(2)))
            }
            _ = try? request.answer(Array(all.prefix(Int.random(in: 0...20, using: &random))))
            var message = [request.function] + noise(Int.random(in: 0..<40, using: &random), &random)
            if request.function == 0x2B { message.replaceSubrange(0..<1, with: [0x2B, 0x0E, 0x01]) }
            _ = try? request.answer(message)
        }
        // A checksum of 16 bits lets one in 65 536 pass, of the few places that look like a beginning.
        #expect(believed < 10)
    }

    @Test("a TCP stream of anything survives", arguments: [UInt64(1), 2])
    func stream(_ seed: UInt64) {
        var random = Random(state: seed)
        for _ in 0..<20_000 {
            var came = noise(Int.random(in: 0..<300, using: &random), &random)
            if came.count > 6, Bool.random(using: &random) { came.replaceSubrange(2..<5, with: [0, 0, 0]) }
            guard let length = TCPFrame.length(came), length > 0 else { continue }
            #expect((9...260).contains(length))
            _ = TCPFrame.isAnswer(came, transaction: 1, unit: came[6])
        }
    }

    @Test("any registers become a value or none, for every type and order", arguments: [UInt64(1), 2])
    func registers(_ seed: UInt64) {
        var random = Random(state: seed)
        for _ in 0..<2000 {
            let words = (0..<8).map { _ in UInt16.random(in: 0...UInt16.max, using: &random) }
            for type in RegisterType.allCases {
                let count = type.registers ?? 8
                let layout = RegisterLayout(
                    ModbusSpan(.holdingRegisters, at: 0, count: count),
                    type,
                    order: WordOrder.allCases.randomElement(using: &random) ?? .abcd,
                    missing: Bool.random(using: &random) ? [UInt64.random(in: 0...UInt64.max, using: &random)] : []
                )
                if case .number(let number)? = layout.value(words[..<count]) { #expect(number.isFinite) }
            }
        }
    }

    @Test("SunSpec models of any content survive", arguments: [UInt64(1), 2])
    func sunSpec(_ seed: UInt64) async throws {
        var random = Random(state: seed)
        for _ in 0..<300 {
            let memory = (0..<4000).map { _ -> UInt16 in
                switch Int.random(in: 0..<4, using: &random) {
                case 0: [1, 101, 103, 160, 203, 213, 701].randomElement(using: &random) ?? 1
                case 1: UInt16.random(in: 0...200, using: &random)
                default: UInt16.random(in: 0...UInt16.max, using: &random)
                }
            }
            let words: [UInt16] = [0x5375, 0x6E53] + memory
            let map = await SunSpecMap.discover(at: [0]) { address, count -> [UInt16]? in
                address + count <= words.count ? Array(words[address..<(address + count)]) : nil
            }
            for block in try #require(map).blocks where block.address + block.length + 2 <= words.count {
                let stretch = Array(words[block.address..<(block.address + block.length + 2)])
                guard let reading = SunSpecReading(block, stretch), let model = SunSpecModel.known[block.model] else {
                    continue
                }
                for point in model.points { _ = reading.value(point.name) }
                for repetition in 0..<reading.repetitions {
                    for point in model.repeated { _ = reading.value(point.name, repetition: repetition) }
                }
                #expect(block.spans(most: 50).reduce(0) { $0 + $1.count } == block.length + 2)
            }
        }
    }
}
