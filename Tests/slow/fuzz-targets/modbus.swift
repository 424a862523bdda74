// The Modbus and SunSpec decoders, built by Tests/slow/fuzz.

/// The first bytes choose a request, the rest is what comes from the device.
@_cdecl("LLVMFuzzerTestOneInput")
public func decode(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 6 else { return 0 }
    let input = Array(UnsafeBufferPointer(start: data, count: count))
    let address = Int(input[1]) << 8 | Int(input[2])
    let span: ModbusSpan
    let request: ModbusRequest
    if let table = ModbusTable(rawValue: input[0] & 7) {
        span = ModbusSpan(table, at: address, count: 1 + Int(input[3]) % (table.holdsBits ? 200 : 125))
        request = .read(span)
    } else {
        span = ModbusSpan(.holdingRegisters, at: 0, count: 1)
        request = .identify(from: input[1])
    }
    let came = Array(input[4...])
    // Whole frames are seldom found by chance: the message alone, and the same with the right checksum.
    _ = try? request.answer(came)
    let sum = RTUFrame.checksum([1] + came)
    let frame = [1] + came + [UInt8(truncatingIfNeeded: sum), UInt8(truncatingIfNeeded: sum >> 8)]
    for bytes in [came, frame] {
        guard let range = RTUFrame.answer(to: request, from: 1, in: bytes) else { continue }
        promise(range.upperBound <= bytes.count && range.count >= 5)
        let message = Array(bytes[range].dropFirst().dropLast(2))
        if let answer = try? request.answer(message), case .read = request {
            promise(answer.words.count == span.count)
        }
    }
    if let length = TCPFrame.length(came) { promise(length == 0 || (9...260).contains(length)) }
    let words = stride(from: 4, to: count - 1, by: 2).map { UInt16(input[$0]) << 8 | UInt16(input[$0 + 1]) }
    decode(words, as: input[0])
    walk(words)
    return 0
}

private func decode(_ words: [UInt16], as choice: UInt8) {
    let type = RegisterType.allCases[Int(choice) % RegisterType.allCases.count]
    let order = WordOrder.allCases[Int(choice >> 4) % WordOrder.allCases.count]
    let size = min(type.registers ?? words.count, words.count)
    let layout = RegisterLayout(ModbusSpan(.holdingRegisters, at: 0, count: size), type, order: order)
    if case .number(let number)? = layout.value(words[..<size]) { promise(number.isFinite) }
}

/// The registers as SunSpec models, one behind the other.
private func walk(_ words: [UInt16]) {
    var start = 0
    while start + 2 <= words.count {
        let length = Int(words[start + 1])
        guard start + 2 + length <= words.count else { return }
        let block = SunSpecMap.Block(model: Int(words[start]), address: start, length: length, part: 1)
        if let reading = SunSpecReading(block, Array(words[start..<(start + 2 + length)])),
            let model = SunSpecModel.known[block.model]
        {
            for point in model.points { _ = reading.value(point.name) }
            for repetition in 0..<reading.repetitions {
                for point in model.repeated { _ = reading.value(point.name, repetition: repetition) }
            }
        }
        start += 2 + length
    }
}
