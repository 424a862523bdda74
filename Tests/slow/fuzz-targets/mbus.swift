// The M-Bus decoder, built by Tests/slow/fuzz: each input is a stream of the line and the data of each kind of answer.

/// One line that hears all inputs: what it kept of each would add up.
nonisolated(unsafe) private var endless = MBusFramer()

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = input(start, count)
    var framer = MBusFramer()
    framer.push(bytes) { use($0) }
    framer.finish { use($0) }
    promise(!framer.isInFrame, "a frame that is given up is gone")
    for information: UInt8 in [0x72, 0x76, 0x73, 0x77, 0x7A, 0x78] {
        use(.long(control: 8, address: 1, information: information, data: Array(bytes.prefix(252))))
    }
    let text = String(decoding: bytes, as: UTF8.self)
    if let selector = MBusSelector(text) {
        promise(MBusSelector(selector.description) == selector, "\(selector) is not read as it is written")
    }
    endless.push(bytes) { use($0) }
    return 0
}

private func use(_ frame: MBusFrame) {
    guard let telegram = try? MBusTelegram(frame) else { return }
    promise(telegram.records.count <= 252)
    for record in telegram.records {
        var selector = MBusSelector(record)
        _ = selector.description
        selector.unit = "kWh"
        _ = selector.value(in: telegram.records)?.double
        if let number = record.value.number {
            promise(!number.double.isNaN)
            _ = number.integer
        }
    }
}
