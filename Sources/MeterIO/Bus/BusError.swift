import MeterNotation

/// Why an exchange on a bus failed: with which device, what it was asked, what came instead.
public struct BusError: Error, Sendable, CustomStringConvertible {
    public enum Reason: Sendable, Equatable {
        /// Nothing came in time.
        case silent
        /// Something came that is no answer.
        case wrong
        /// The device did not answer for a while and is not asked at the moment.
        case resting(Duration)
        /// The line itself is gone: the bus is of no more use, take it anew.
        case lineLost
        /// The task was cancelled.
        case cancelled
    }

    public var reason: Reason
    /// The device and its line.
    public var device: String
    /// What it was asked, in words.
    public var question: String
    /// What is the matter, in words.
    public var detail: String
    /// What came until then.
    public var bytes: [UInt8]

    /// Puts an error together, in the order of its properties.
    public init(_ reason: Reason, _ device: String, _ question: String, _ detail: String, _ bytes: [UInt8] = []) {
        self.reason = reason
        self.device = device
        self.question = question
        self.detail = detail
        self.bytes = bytes
    }

    public var description: String {
        switch reason {
        case .lineLost: detail
        case .cancelled: "\(device) was not asked for \(question) to the end"
        case .silent, .resting: "\(device) does not answer when asked for \(question): \(detail)"
        case .wrong:
            "\(device) gave a wrong answer when asked for \(question): \(detail)"
                + (bytes.isEmpty
                    ? ""
                    : " (came: \(hexadecimal(bytes.prefix(32)))\(bytes.count > 32 ? " … \(bytes.count) bytes" : ""))")
        }
    }
}
