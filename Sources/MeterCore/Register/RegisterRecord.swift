/// One line of the register: what was so at an instant, tied to the line before it, and signed.
///
///     CHAIN|N|TIME|KIND|CONTENT|PREVIOUS|SIGNATURE
///
/// `influx/REGISTER.md` has the format for others. A line has ASCII only, and one form for each thing that it can say.
public struct RegisterRecord: Sendable {
    /// The kinds of records.
    public enum Kind: String, Sendable, CaseIterable {
        /// The first of all: the box, and the key that signs from here on.
        case begin
        /// The first of a year's file: says again what holds.
        case year
        /// The declared end of a chain and the beginning of another: its content says why.
        case `break`
        /// The registers of the meters at the end of a quarter of an hour.
        case quarter

        /// True for one that says whose chain it is, and by which key it is checked.
        public var isHead: Bool { self != .quarter }
    }

    static let separator = UInt8(ascii: "|")
    static let lineFeed = UInt8(ascii: "\n")

    /// The chain that it belongs to, 16 hexadecimal digits that were random once.
    public let chain: String
    /// Its number, from 1, one more than that of the line before; a break goes on counting.
    public let number: Int
    /// The instant, in seconds since 1970: of a quarter its end, else when it was written.
    public let time: Int64
    /// The kind.
    public let kind: Kind
    /// Words with blanks between them; their meaning is that of the kind.
    public let content: String
    /// The digest of the whole line before, its signature included; that of nothing at the beginning.
    public let previous: Digest
    /// The signature over the line without its last field.
    let signature: [UInt8]
    /// The whole line, without its line feed.
    public let line: [UInt8]

    /// Makes and signs a record.
    ///
    /// - Throws: `SigningError` where libcrypto is missing.
    init(
        _ kind: Kind,
        _ content: String,
        of chain: String,
        _ number: Int,
        at time: Int64,
        after previous: Digest,
        signedWith key: SigningKey
    ) throws(SigningError) {
        (self.chain, self.number, self.time, self.kind) = (chain, number, time, kind)
        (self.content, self.previous) = (content, previous)
        let words = [chain, "\(number)", RegisterTime.text(time), kind.rawValue, content, "\(previous)"]
        let text = [UInt8](words.joined(separator: "|").utf8)
        signature = try key.sign(text)
        line = text + [Self.separator] + Hexadecimal.text(signature).utf8
    }

    /// Reads a line; `nil` when it has not the form of a record.
    ///
    /// - Parameter line: without its line feed.
    public init?(_ line: [UInt8]) {
        let fields = line.split(separator: Self.separator, omittingEmptySubsequences: false)
        guard fields.count == 7, Hexadecimal.bytes(fields[0], count: 8) != nil,
            let number = Self.number(fields[1]),
            let time = RegisterTime.seconds(fields[2]),
            let kind = Kind(rawValue: String(decoding: fields[3], as: UTF8.self)),
            !fields[4].isEmpty, fields[4].allSatisfy({ (0x20..<0x7F).contains($0) }),
            let previous = Digest(fields[5]),
            let signature = Hexadecimal.bytes(fields[6], count: CheckingKey.signatureLength)
        else { return nil }
        chain = String(decoding: fields[0], as: UTF8.self)
        (self.number, self.time, self.kind) = (number, time, kind)
        content = String(decoding: fields[4], as: UTF8.self)
        (self.previous, self.signature) = (previous, signature)
        self.line = line
    }

    /// True when the record has the signature of a key.
    func isSigned(by key: CheckingKey) -> Bool {
        let text = line.prefix(line.count - 2 * CheckingKey.signatureLength - 1)
        return key.accepts(signature, of: [UInt8](text))
    }

    /// A number from 1 on, without zeros before it; `nil` for anything else.
    private static func number(_ text: ArraySlice<UInt8>) -> Int? {
        guard let first = text.first, first != UInt8(ascii: "0"), text.count < 16 else { return nil }
        var number = 0
        for letter in text {
            guard case let digit = letter &- UInt8(ascii: "0"), digit < 10 else { return nil }
            number = number * 10 + Int(digit)
        }
        return number
    }
}
