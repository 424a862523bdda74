// The line-protocol reader against the encoder, built by Tests/slow/fuzz: what was read is written, and read again.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    var dough = Dough(input(start, count))
    let precision = [Precision.nanoseconds, .microseconds, .milliseconds, .seconds][Int(dough.byte() & 3)]
    for line in dough.rest.split(separator: UInt8(ascii: "\n")) {
        guard let point = read(line, precision) else { continue }
        let first = written(point, precision)
        // Only values that cannot be stored make no line.
        guard !first.isEmpty else { continue }
        promise(first.last == UInt8(ascii: "\n") && first.count { $0 == UInt8(ascii: "\n") } == 1)
        // A measurement that begins with # would be a comment.
        guard first.first != UInt8(ascii: "#"), let again = read(first.dropLast(), precision) else { continue }
        promise(written(again, precision) == first, "it changes by being written")
        promise(again.timestamp == point.timestamp && again.values.count == point.values.count)
        for (new, old) in zip(again.values, point.values) where new != old {
            // Control characters become spaces.
            guard case .string(let text)? = old, text.utf8.contains(where: { $0 < 0x20 }) else {
                fatalError("\(String(describing: old)) became \(String(describing: new))")
            }
        }
    }
    return 0
}

private func read(_ line: some Collection<UInt8>, _ precision: Precision) -> Point? {
    do throws(LineProtocolError) {
        return try LineProtocolReader.read(line, precision: precision, time: Timestamp(seconds: 1_700_000_000))
    } catch {
        promise(error.column >= 1 && error.column <= line.count + 1 && !error.reason.isEmpty)
        return nil
    }
}

private func written(_ point: Point, _ precision: Precision) -> [UInt8] {
    var encoder = LineProtocolEncoder(precision: precision)
    encoder.append(point)
    return encoder.take()
}
