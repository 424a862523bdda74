import MeterNotation

/// A failed exchange on a bus: the device, the question and what came instead.
public struct BusError: Error, Sendable, CustomStringConvertible {
    /// The reason, on which depends what the caller does next.
    public enum Reason: Sendable, Equatable {
        /// Nothing came in time.
        case silent
        /// Something came that is no answer.
        case wrong
        /// The device did not answer for a while and is not asked for so long.
        case resting(Duration)
        /// The line itself is gone: the bus is of no more use, take it anew.
        case lineLost
        /// The task was cancelled.
        case cancelled
    }

    /// The reason, for the caller's next step; the sentence is for people.
    public var reason: Reason
    /// The device and its line, for a person.
    public var device: String
    /// The question in words, such as `6 registers at 0`.
    public var question: String
    /// The trouble in words, without the device's name.
    public var detail: String
    /// The bytes that came until then; empty for silence.
    public var bytes: [UInt8]

    /// Puts an error together, in the order of its properties.
    public init(_ reason: Reason, _ device: String, _ question: String, _ detail: String, _ bytes: [UInt8] = []) {
        self.reason = reason
        self.device = device
        self.question = question
        self.detail = detail
        self.bytes = bytes
    }

    /// A sentence with the first 32 bytes of a wrong answer.
    public var description: String {
        switch reason {
        case .lineLost: return detail
        case .cancelled: return said("\(device) was not asked for \(question) to the end")
        case .silent, .resting: return said("\(device) does not answer when asked for \(question): \(detail)")
        case .wrong:
            let sentence = said("\(device) gave a wrong answer when asked for \(question): \(detail)")
            guard !bytes.isEmpty else { return sentence }
            let begin = hexadecimal(bytes.prefix(32))
            return bytes.count > 32
                ? said("\(sentence) (came: \(begin) … \(bytes.count) bytes)") : said("\(sentence) (came: \(begin))")
        }
    }
}
