// The answers of owserver and the counters behind it, built by Tests/slow/fuzz.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = input(start, count)
    look(bytes)
    // Version 0, the length as it is, success, and all of it meant.
    let size = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: bytes.count >> $0) }
    look([0, 0, 0, 0] + size + [UInt8](repeating: 0, count: 8) + size + [0, 0, 0, 0] + bytes)
    let text = String(decoding: bytes, as: UTF8.self)
    let request = OwserverQuestion.read(text).request
    promise(request.count == 25 + text.utf8.count)
    use(text)
    countUp(Dough(bytes))
    return 0
}

/// Takes answers from the front of what came, as the source does.
private func look(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while true {
        switch OwserverAnswer.judge(rest) {
        case .incomplete:
            promise(rest.count < 24 + 65_536, "it waits for ever")
            return
        case .pause(let count):
            promise(count == 24)
            rest = rest.dropFirst(count)
        case .complete(let count):
            guard let answer = OwserverAnswer(rest.prefix(count)) else { fatalError("whole and none") }
            if case .text(let text) = answer { use(text) }
            if case .failed(let code) = answer { promise(code < 0) }
            rest = rest.dropFirst(count)
        case .wrong: return
        }
    }
}

private func use(_ text: String) {
    for device in OneWireDevice.list(text) { promise(OneWireDevice(device.description) == device) }
    _ = OneWireValue.count(text)
    if let celsius = OneWireValue.celsius(text) { promise((-55...125).contains(celsius)) }
}

/// A chip that counts as it likes: the total never goes back.
private func countUp(_ dough: Dough) {
    var dough = dough
    let first = dough.byte()
    var counter =
        first & 1 == 0
        ? ChipCounter()
        : ChipCounter(
            total: dough.number(UInt64.self, bytes: 8) >> 1,
            last: first & 2 == 0 ? nil : dough.number(UInt32.self, bytes: 4)
        )
    var power = CounterPower(wattHours: 1)
    var total: UInt64?
    var seconds = 0.0
    while !dough.isEmpty {
        let step = dough.byte()
        seconds += Double(step & 0x3F) / 4
        // Half of the values follow the last one.
        let value =
            step & 0x40 == 0
            ? dough.number(UInt32.self, bytes: 4) : (counter.last ?? 0) &+ UInt32(dough.byte())
        _ = counter.take(value)
        promise(counter.total >= total ?? 0, "the total went back")
        total = counter.total
        if let watts = power.watts(counter.total, at: seconds) { promise(watts.isFinite && watts >= 0) }
    }
}
