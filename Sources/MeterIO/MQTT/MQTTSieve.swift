/// Lets packets of MQTT pass and holds back those that are too large, of which not even a byte is kept.
///
/// A packet is a byte with its kind, its length in one to four bytes of seven bits, and so many bytes (MQTT 3.1.1, 2.2).
struct MQTTSieve {
    /// A message that was held back.
    struct Dropped: Hashable {
        /// The bytes of its packet.
        var size: Int
        /// The quality of service, 0 to 2, with which it came.
        var quality: UInt8
        /// Its number, by which it is acknowledged; 0 with the quality 0.
        var number: UInt16
    }

    private enum State {
        /// The first bytes of a packet, up to its whole length.
        case head([UInt8])
        /// The bytes of a packet that still pass.
        case passing(Int)
        /// The bytes of one that still do not.
        case dropping(Int)
        /// A length of more than four bytes came: the packets' borders are lost, and everything passes.
        case lost
    }

    /// The largest packet that passes, in bytes behind its length.
    private let largest: Int
    private var state = State.head([])
    /// The packet that is being held back, with the bytes of it that are gone.
    private var dropped = Dropped(size: 0, quality: 0, number: 0)
    private var gone = 0
    private var topicLength = 0

    /// Makes a sieve at the beginning of a connection.
    init(largest: Int) { self.largest = largest }

    /// True when no packet has begun.
    var isBetweenPackets: Bool {
        if case .head(let bytes) = state { bytes.isEmpty } else { false }
    }

    /// Takes the next bytes.
    ///
    /// - Parameters:
    ///   - bytes: of the connection.
    ///   - passed: gets those that pass, behind what it has.
    /// - Returns: the messages that were held back, once all of their bytes have come.
    mutating func take(_ bytes: ArraySlice<UInt8>, into passed: inout [UInt8]) -> [Dropped] {
        var rest = bytes
        var all: [Dropped] = []
        while let first = rest.first {
            switch state {
            case .head(let head):
                rest.removeFirst()
                begin(head + [first], &passed)
            case .passing(let left):
                let count = min(left, rest.count)
                passed += rest.prefix(count)
                rest = rest.dropFirst(count)
                state = count == left ? .head([]) : .passing(left - count)
            case .dropping(let left):
                let count = min(left, rest.count)
                note(rest.prefix(count))
                rest = rest.dropFirst(count)
                state = count == left ? .head([]) : .dropping(left - count)
                if count == left { all.append(dropped) }
            case .lost:
                passed += rest
                rest = []
            }
        }
        return all
    }

    /// Judges a packet by its first bytes, once its length is there.
    private mutating func begin(_ head: [UInt8], _ passed: inout [UInt8]) {
        state = .head(head)
        guard head.count > 1, let last = head.last else { return }
        guard last < 0x80 else {
            guard head.count == 5 else { return }
            passed += head
            return state = .lost
        }
        let length = head.dropFirst().reversed().reduce(0) { $0 << 7 | Int($1 & 0x7F) }
        guard length > largest else {
            passed += head
            return state = length == 0 ? .head([]) : .passing(length)
        }
        // Only a message has a quality and a number.
        let isMessage = head[0] >> 4 == 3
        dropped = Dropped(size: length, quality: isMessage ? head[0] >> 1 & 3 : 0, number: 0)
        (gone, topicLength) = (0, 0)
        state = .dropping(length)
    }

    /// Looks for the number of a message, which stands behind its topic.
    private mutating func note(_ bytes: ArraySlice<UInt8>) {
        for byte in bytes where dropped.quality > 0 {
            if gone < 2 {
                topicLength = topicLength << 8 | Int(byte)
            } else if gone >= topicLength + 2 {
                guard gone < topicLength + 4 else { break }
                dropped.number = dropped.number << 8 | UInt16(byte)
            }
            gone += 1
        }
    }
}
