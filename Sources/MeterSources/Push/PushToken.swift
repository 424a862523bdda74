import FoundationEssentials
import MeterCore
import MeterIO
import MeterNotation

/// The token by which a device is known.
struct PushToken: Sendable {
    /// Minimum length in bytes, 16: shorter tokens can be guessed.
    private static let shortest = 16
    /// The token's bytes, without one newline at the end of its file.
    private let bytes: [UInt8]

    /// The token of a file.
    ///
    /// - Throws: a sentence when it is too short.
    init(_ text: String, in file: String) throws {
        bytes = Array(text.utf8)
        guard bytes.count >= Self.shortest else {
            throw PayloadError(
                "the token in \(file) is too short: at least \(Self.shortest) characters; make one with: "
                    + "openssl rand -hex 16"
            )
        }
    }

    /// True when another token is the same.
    ///
    /// The comparison takes as long wherever they differ, so that its time tells nothing.
    func matches(_ other: [UInt8]) -> Bool {
        var difference = bytes.count ^ other.count
        for (index, byte) in other.enumerated() { difference |= Int(byte ^ bytes[index % bytes.count]) }
        return difference == 0
    }

    /// The token that a request offers: as a bearer's, as the password of any user, or in the address; `nil` for none.
    static func offered(_ head: borrowing RequestHead) -> [UInt8]? {
        guard let header = head.header("authorization") else {
            return head.question.text(of: "token").map { Array($0.utf8) }
        }
        let words = header.split(separator: " ", maxSplits: 1)
        guard words.count == 2 else { return nil }
        switch words[0].lowercased() {
        case "bearer", "token": return Array(words[1].utf8)
        case "basic":
            guard let pair = Data(base64Encoded: String(words[1])) else { return nil }
            return pair.firstIndex(of: UInt8(ascii: ":")).map { Array(pair[($0 + 1)...]) }
        default: return nil
        }
    }
}
