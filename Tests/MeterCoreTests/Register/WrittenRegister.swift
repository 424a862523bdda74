@testable import MeterCore

/// A register that a box has written, as its lines, for a test to spoil.
struct WrittenRegister {
    /// 2026-11-29, 20:00 UTC.
    static let start: Int64 = 1_795_982_400
    let key: SigningKey
    /// The lines without their line feeds, the head first.
    var lines: [[UInt8]]

    /// Writes a beginning and some quarters.
    init(quarters: Int, from start: Int64 = Self.start) throws {
        key = try SigningKey(seed: [UInt8](repeating: 7, count: 32))
        let head = RegisterHead(box: "k7f39-x2m4t", key: key.checking)
        lines = []
        try add(.begin, head.content, at: start - 60)
        for quarter in 1...Int64(quarters) {
            try add(.quarter, "linky:import=\(12_345_000 + quarter * 100)@3", at: start + quarter * 900)
        }
    }

    /// The last record.
    var last: RegisterRecord? { lines.last.flatMap { RegisterRecord($0) } }

    /// Adds a record behind the last one, or one that goes on from an earlier line.
    mutating func add(
        _ kind: RegisterRecord.Kind,
        _ content: String,
        at time: Int64,
        chain: String? = nil,
        from line: Int? = nil,
        signedWith other: SigningKey? = nil
    ) throws {
        let before = line.map { RegisterRecord(lines[$0]) } ?? last
        let record = try RegisterRecord(
            kind,
            content,
            of: chain ?? before?.chain ?? "0123456789abcdef",
            (before?.number ?? 0) + 1,
            at: time,
            after: try before.map { try Digest(of: $0.line) } ?? .none,
            signedWith: other ?? key
        )
        lines.append(record.line)
    }

    /// All bytes, each line with its line feed.
    var bytes: [UInt8] { lines.flatMap { $0 + [0x0A] } }

    /// What an audit finds in some bytes.
    static func audit(_ bytes: [UInt8], key: CheckingKey? = nil, checksAll: Bool = false) throws -> RegisterAudit {
        var audit = RegisterAudit(key: key, checksAll: checksAll)
        var rest = bytes[...]
        while let end = rest.firstIndex(of: 0x0A) {
            try audit.read([UInt8](rest[..<end]))
            rest = rest[(end + 1)...]
        }
        audit.endFile([UInt8](rest))
        return audit
    }

    /// The faults of the lines as words, such as `missing 3 4`.
    func faults(key: CheckingKey? = nil, checksAll: Bool = false) throws -> [String] {
        try Self.audit(bytes, key: key, checksAll: checksAll).faults.map(\.word)
    }
}

extension RegisterFault {
    /// `changed 3`, or `missing 3 4`.
    var word: String { "\(kind.rawValue) \(number)" + (last == number ? "" : " \(last)") }
}
