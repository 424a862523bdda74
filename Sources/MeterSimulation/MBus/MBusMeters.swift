/// Several simulated meters on one M-Bus, and the line between them and a master.
public struct MBusMeters: Sendable {
    /// The meters, in the order in which they were given.
    public private(set) var meters: [MBusMeter]
    /// The bytes of a request that is not yet whole.
    private var heard: [UInt8] = []

    /// A bus with these meters.
    public init(_ meters: [MBusMeter]) { self.meters = meters }

    /// A bus with meters of these kinds, at the addresses 1, 2, 3 and so on.
    ///
    /// - Parameters:
    ///   - kinds: the media of the meters.
    ///   - start: the instant of the registers' first values, in seconds since 1970.
    public init(_ kinds: [MBusMeter.Kind], start: Int64) {
        meters = kinds.enumerated().map { place, kind in
            MBusMeter(kind, address: UInt8(place + 1), number: 12_345_678 + UInt32(place), start: start)
        }
    }

    /// Takes bytes that a master sends, in pieces of any size.
    ///
    /// - Parameters:
    ///   - bytes: the bytes.
    ///   - time: seconds since 1970.
    ///
    /// - Returns: the bytes that come back; of several answers at once a mixture, since a zero wins on the wire.
    public mutating func receive(_ bytes: [UInt8], at time: Int64) -> [UInt8] {
        heard += bytes
        var answer: [UInt8] = []
        while let (body, length) = nextFrame() {
            heard.removeFirst(length)
            guard let body else { continue }
            for place in meters.indices {
                let more = meters[place].answer(body, at: time)
                answer = Self.collision(answer, more)
            }
        }
        return answer
    }

    /// Two answers at once: each bit is 1 only where both send 1.
    private static func collision(_ first: [UInt8], _ second: [UInt8]) -> [UInt8] {
        var longer = first.count < second.count ? second : first
        let shorter = first.count < second.count ? first : second
        for place in shorter.indices { longer[place] &= shorter[place] }
        return longer
    }

    /// The body of the first frame and the bytes that it takes; a byte that begins no frame has no body.
    private func nextFrame() -> (body: [UInt8]?, length: Int)? {
        guard let first = heard.first else { return nil }
        let (start, count): (Int, Int)
        switch first {
        case 0x10: (start, count) = (1, 2)
        case 0x68:
            guard heard.count >= 4 else { return nil }
            guard heard[1] == heard[2], heard[3] == 0x68, heard[1] >= 3 else { return (nil, 1) }
            (start, count) = (4, Int(heard[1]))
        default: return (nil, 1)
        }
        guard heard.count >= start + count + 2 else { return nil }
        let body = Array(heard[start..<(start + count)])
        guard heard[start + count] == body.reduce(0, &+), heard[start + count + 1] == 0x16 else { return (nil, 1) }
        return (body, start + count + 2)
    }
}
