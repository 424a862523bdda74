// The pulse counter and its traces, built by Tests/slow/fuzz: edges at any time and in any order, lost and doubled.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = input(start, count)
    countUp(Dough(bytes))
    trace(bytes)
    return 0
}

private func countUp(_ input: Dough) {
    var dough = input
    let choice = dough.byte()
    var rules = PulseCounter.Rules()
    rules.edge = PulseCounter.Edge.allCases[Int(choice & 3) % 3]
    rules.width = length(&dough)
    rules.gap = length(&dough)
    rules.wattHours = choice & 4 == 0 ? nil : 1
    var now = choice & 8 == 0 ? 0 : dough.number(UInt64.self, bytes: 8)
    var counter = PulseCounter(rules, isActive: choice & 16 == 0, at: now)
    var register = PulseRegister(initial: 0.5)
    var (before, rejected, lost): (UInt64, UInt64, UInt64) = (0, 0, 0)
    var edges: UInt64 = 0
    var last: UInt64 = 0
    var sequence: UInt32 = 0
    while !dough.isEmpty {
        let step = dough.byte()
        // Mostly a moment later, at times anywhere.
        now = step & 0xE0 == 0 ? dough.number(UInt64.self, bytes: 8) : now &+ length(&dough)
        var pulse: UInt64?
        if step & 1 == 0 {
            sequence = step & 2 == 0 ? sequence &+ 1 : sequence &+ UInt32(dough.byte())
            if step & 4 != 0 { counter.noteFullBuffer() }
            let edge = PulseEdge(at: now, isActive: step & 8 == 0, sequence: step & 16 == 0 ? sequence : nil)
            pulse = counter.push(edge)
            edges += 1
        } else {
            pulse = counter.advance(to: now)
        }
        promise(counter.count == before + (pulse == nil ? 0 : 1), "one pulse at a time, and none taken back")
        promise(counter.count <= edges, "more pulses than edges")
        promise(counter.rejected >= rejected && counter.rejected <= edges, "more rejected than there were")
        promise(counter.lost >= lost)
        if let pulse {
            promise(pulse >= last, "pulses in order")
            last = pulse
        }
        (before, rejected, lost) = (counter.count, counter.rejected, counter.lost)
        if let watts = counter.watts(at: now) { promise(watts.isFinite && watts >= 0, "\(watts) W") }
        register.count = counter.count
        let value = register.value(pulsesPerUnit: 1000)
        promise(value.isFinite)
        if step == 0xFF { register.align(to: value + 1) }
    }
}

/// From nothing to some seconds, in ns.
private func length(_ dough: inout Dough) -> UInt64 {
    let byte = dough.byte()
    return byte == 0 ? 0 : UInt64(byte & 0x0F) << UInt64(byte >> 4) * 1_000_000
}

private func trace(_ bytes: [UInt8]) {
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
        guard case .edge(let edge) = PulseTrace.read(line) else { continue }
        promise(PulseTrace.read(PulseTrace.write(edge)[...]) == .edge(edge), "\(line) changes by being written")
    }
}
