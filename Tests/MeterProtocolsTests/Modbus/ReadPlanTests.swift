import Testing

@testable import MeterProtocols

struct ReadPlanTests {
    private func input(_ address: Int, _ count: Int = 2) -> ModbusSpan {
        ModbusSpan(.inputRegisters, at: address, count: count)
    }

    @Test("neighbours share a request, and a small hole is read along")
    func grouping() {
        let wanted = [input(70), input(0), input(2), input(12), ModbusSpan(.holdingRegisters, at: 4, count: 1)]
        let plan = ReadPlan(wanted, limits: RequestLimits(largestHole: 8))
        #expect(plan.blocks.map(\.span) == [ModbusSpan(.holdingRegisters, at: 4, count: 1), input(0, 14), input(70)])
        #expect(plan.blocks.map(\.values) == [[4], [1, 2, 3], [0]])
        let strict = ReadPlan(wanted, limits: RequestLimits())
        #expect(strict.blocks.map(\.span.count) == [1, 4, 2, 2])
    }

    @Test("a hole is read along up to its largest size, and no larger one", arguments: 0..<4)
    func hole(_ size: Int) {
        let plan = ReadPlan([input(0), input(2 + size)], limits: RequestLimits(largestHole: 2))
        #expect(plan.blocks.count == (size <= 2 ? 1 : 2))
    }

    @Test("no request is longer than the device takes, and no value is split")
    func limit() {
        let wanted = (0..<20).map { input(2 * $0) }
        let plan = ReadPlan(wanted, limits: RequestLimits(most: 11))
        #expect(plan.blocks.map(\.span.count) == [10, 10, 10, 10])
        #expect(
            ReadPlan((0..<200).map { input($0, 1) }, limits: RequestLimits()).blocks.map(\.span.count) == [125, 75]
        )
    }

    @Test("a forbidden range is not read along")
    func forbidden() {
        let wanted = [input(0), input(6)]
        #expect(ReadPlan(wanted, limits: RequestLimits(largestHole: 8, forbidden: [3...3])).blocks.count == 2)
        #expect(ReadPlan(wanted, limits: RequestLimits(largestHole: 8, forbidden: [8...9])).blocks.count == 1)
        // The hole is 2 to 5.
        for (range, count) in [(0...1, 1), (1...2, 2), (2...2, 2), (5...5, 2), (5...9, 2), (6...6, 1), (0...9, 2)] {
            let limits = RequestLimits(largestHole: 8, forbidden: [range])
            #expect(ReadPlan(wanted, limits: limits).blocks.count == count, "\(range)")
        }
    }

    @Test("overlapping values share their registers")
    func overlap() {
        let plan = ReadPlan([input(0, 4), input(1, 1), input(0, 2)], limits: RequestLimits())
        #expect(plan.blocks == [ReadPlan.Block(span: input(0, 4), values: [0, 2, 1])])
    }

    @Test("a refused register is found, and only that one is given up", arguments: 0..<9)
    func refusal(_ bad: Int) {
        let wanted = (0..<9).map { input(4 * $0) }
        var plan = ReadPlan(wanted, limits: RequestLimits(largestHole: 2))
        var waiting = plan.blocks
        var given: [Int] = []
        var requests = 0
        while let block = waiting.popLast() {
            requests += 1
            guard block.span.address <= 4 * bad, block.span.end > 4 * bad else { continue }
            let instead = plan.refused(block)
            if instead.isEmpty { given += block.values }
            waiting += instead
        }
        #expect(given == [bad])
        #expect(plan.blocks.flatMap(\.values).sorted() == (0..<9).filter { $0 != bad })
        #expect(requests == 10)
    }

    @Test("a refused request without holes is halved")
    func halves() {
        let wanted = (0..<8).map { input(2 * $0) }
        var plan = ReadPlan(wanted, limits: RequestLimits())
        let instead = plan.refused(plan.blocks[0])
        #expect(instead.map(\.span) == [input(0, 8), input(8, 8)])
        #expect(plan.blocks == instead)
        #expect(plan.refused(ReadPlan.Block(span: input(100), values: [0])).isEmpty)
    }
}
