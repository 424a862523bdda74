import MeterNotation

/// The register of a box: a file for each year, to which it only adds, and the key that signs.
///
/// One thread has it, since a disk may take its time.
public struct RegisterBook: Sendable {
    /// Whose register it is.
    public struct Owner: Sendable {
        /// The identity of the box.
        public var box: String
        /// The machine, as it is known again.
        public var machine: String
        /// True when the state came back from a backup since the program ran last.
        public var isRestored: Bool
        /// True when the box's own identity cannot be read now: the register goes on for whom it was.
        public var isLent: Bool

        public init(box: String, machine: String, isRestored: Bool = false, isLent: Bool = false) {
            (self.box, self.machine, self.isRestored, self.isLent) = (box, machine, isRestored, isLent)
        }
    }

    /// What became of the book when it was opened.
    public struct Opening: Sendable {
        /// The bytes of a record that a power cut had left unfinished; 0 for none.
        public var torn = 0
        /// The break that was declared; `nil` for none.
        public var reason: RegisterHead.Reason?
        /// The newest records, some of which the outputs may not have got before a power cut.
        public var newest: [RegisterRecord] = []
    }

    /// Seconds by which the clock may go back without a break: the quarters are waited for.
    private static let longestWait: Int64 = 3600
    /// The newest records that are told when it is opened.
    private static let told = 8

    private let folder: String
    private let owner: Owner
    private var file: RegisterYear?
    private var keys: RegisterKeyFile
    /// The number and the digest of the last line; 0 and that of nothing before any.
    private var last: (number: Int, digest: Digest)
    /// The end of the last quarter of this chain; `nil` before any.
    private var lastQuarter: Int64?

    /// The key by which others check.
    public var key: CheckingKey { keys.key.checking }

    /// The key by which others check the register in a folder; `nil` where there is none.
    ///
    /// - Throws: `DiskError` when it may not be read, `SigningError` where libcrypto is missing.
    public static func key(of folder: String) throws -> CheckingKey? { try RegisterKeyFile.read(folder)?.key.checking }

    // MARK: - Opening

    /// Opens the register in a folder, makes it, or declares a break where it does not go on as it was left.
    ///
    /// - Parameters:
    ///   - folder: made when it is not there.
    ///   - owner: whose it is now.
    ///   - now: seconds since 1970.
    /// - Returns: the book, and what became of it.
    /// - Throws: `DiskError`, or `SigningError` where libcrypto is missing.
    public static func open(
        _ folder: String,
        _ owner: Owner,
        at now: Int64
    ) throws -> (book: RegisterBook, opening: Opening) {
        try Folder(folder).make(mode: 0o750)
        let left = try Left(mending: folder)
        let known = try RegisterKeyFile.read(folder)
        var opening = Opening(torn: left.torn, reason: try reason(left, known, owner))
        let isAnnounced = known?.reason != nil && left.last != nil && known?.chain != left.last?.chain
        let goesOn = opening.reason == nil && left.last != nil || isAnnounced
        let keys = goesOn ? known : nil
        var book = RegisterBook(folder, owner, left, try keys ?? newKeys(owner, after: known, opening.reason))
        if let record = left.last { book.last = (record.number, try Digest(of: record.line)) }
        if let reason = opening.reason {
            if !isAnnounced { try book.keys.write(folder) }
            _ = try book.declare(reason, at: now)
        } else if left.last == nil {
            _ = try book.begin(at: now)
        }
        opening.newest = try Left(mending: folder).records.suffix(told)
        return (book, opening)
    }

    private init(_ folder: String, _ owner: Owner, _ left: Left, _ keys: RegisterKeyFile) {
        (self.folder, self.owner, self.keys) = (folder, owner, keys)
        file = left.file
        last = (0, .none)
        // A quarter of the chain before a break says nothing about this one.
        let chain = left.records.last?.chain
        lastQuarter = left.records.last { $0.kind == .quarter && $0.chain == chain }?.time
    }

    /// The reason for a break; `nil` where it goes on, or begins.
    private static func reason(
        _ left: Left,
        _ known: RegisterKeyFile?,
        _ owner: Owner
    ) throws -> RegisterHead.Reason? {
        guard let last = left.last else { return left.isDamaged ? .damaged : known == nil ? nil : .lost }
        guard let known else { return .key }
        if known.chain != last.chain, let reason = known.reason { return reason }
        let signers = last.kind == .break ? [known.key, known.earlier] : [known.key]
        let isSigned = signers.contains { $0.map { last.isSigned(by: $0.checking) } ?? false }
        if left.isDamaged || known.chain != last.chain || !isSigned { return .damaged }
        if owner.isRestored { return .restored }
        if owner.isLent { return nil }
        if owner.box != known.box { return .renewed }
        return owner.machine == known.machine ? nil : .machine
    }

    /// The keys of a new chain: another key where somebody else may have the old one, or it is gone.
    private static func newKeys(
        _ owner: Owner,
        after known: RegisterKeyFile?,
        _ reason: RegisterHead.Reason?
    ) throws(SigningError) -> RegisterKeyFile {
        let isKept =
            switch reason {
            case .restored, .damaged, .lost, .clock: true
            case .machine, .renewed, .key, nil: false
            }
        var key = known?.key
        if !isKept || key == nil { key = try SigningKey() }
        guard let key else { throw SigningError.isMissing }
        return RegisterKeyFile(
            chain: UInt64.random(in: .min ... .max).digits(16, radix: 16),
            box: owner.isLent ? known?.box ?? owner.box : owner.box,
            machine: owner.isLent ? known?.machine ?? owner.machine : owner.machine,
            key: key,
            earlier: known?.key,
            reason: reason
        )
    }

    // MARK: - Adding

    /// Adds the registers at the end of a quarter.
    ///
    /// - Parameters:
    ///   - stands: the registers; at least one.
    ///   - end: of the quarter, in seconds since 1970.
    ///   - now: seconds since 1970.
    /// - Returns: the records that were written: one, or more at the beginning of a year or behind a break; none for a
    ///   quarter that is not after the last one.
    /// - Throws: `DiskError`, or `SigningError`; then nothing was added.
    public mutating func append(_ stands: [MeterStand], at end: Int64, now: Int64) throws -> [RegisterRecord] {
        guard !stands.isEmpty else { return [] }
        var written: [RegisterRecord] = []
        if let lastQuarter, end <= lastQuarter {
            guard lastQuarter - end > Self.longestWait else { return [] }
            keys = try Self.newKeys(owner, after: keys, .clock)
            try keys.write(folder)
            written.append(try declare(.clock, at: now))
        }
        var records: [RegisterRecord] = []
        if let file, file.year < RegisterTime.year(end) {
            let head = RegisterHead(box: keys.box, key: keys.key.checking)
            records.append(try record(.year, head.content, at: end, after: last))
        }
        let before = try records.last.map { ($0.number, try Digest(of: $0.line)) } ?? last
        records.append(try record(.quarter, stands.map(\.word).joined(separator: " "), at: end, after: before))
        try write(records)
        lastQuarter = end
        return written + records
    }

    /// Begins the first chain.
    private mutating func begin(at now: Int64) throws -> RegisterRecord {
        let begin = try record(
            .begin,
            RegisterHead(box: keys.box, key: keys.key.checking).content,
            at: now,
            after: last
        )
        try write([begin])
        // Behind the record: a key without any would be that of records that are lost.
        try keys.write(folder)
        return begin
    }

    /// Ends the chain and begins that of the keys, which are on the disk.
    private mutating func declare(_ reason: RegisterHead.Reason, at now: Int64) throws -> RegisterRecord {
        let head = RegisterHead(box: keys.box, key: keys.key.checking, reason: reason)
        let signer = keys.earlier ?? keys.key
        let record = try record(.break, head.content, at: now, after: last, signer)
        try write([record])
        lastQuarter = nil
        return record
    }

    private func record(
        _ kind: RegisterRecord.Kind,
        _ content: String,
        at time: Int64,
        after before: (number: Int, digest: Digest),
        _ key: SigningKey? = nil
    ) throws(SigningError) -> RegisterRecord {
        try RegisterRecord(
            kind,
            content,
            of: keys.chain,
            before.number + 1,
            at: time,
            after: before.digest,
            signedWith: key ?? keys.key
        )
    }

    /// Puts records on the disk, in the file of the year of the last one.
    private mutating func write(_ records: [RegisterRecord]) throws {
        guard let newest = records.last else { return }
        let lines = records.flatMap { $0.line + [RegisterRecord.lineFeed] }
        let year = RegisterTime.year(newest.time)
        // A clock that was ahead has made a file of a later year: it goes on there.
        if var open = file, newest.kind != .quarter || open.year >= year {
            try open.append(lines)
            file = open
        } else {
            file = try RegisterYear(making: year, in: folder, lines)
        }
        last = (newest.number, try Digest(of: newest.line))
    }
}
