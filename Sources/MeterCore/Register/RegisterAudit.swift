/// Reads the lines of a register one after the other and says what is not as it was written.
///
/// Each line has the digest of the whole line before it, so that one signature vouches for all lines before: those of
/// heads, of the last record of each day and file are checked, and of two lines that do not fit together.
public struct RegisterAudit: Sendable {
    /// A record and what is known of it.
    private struct Entry {
        var record: RegisterRecord
        var digest: Digest
        var line: Int
        /// True when it is not what was written, so that the next one cannot fit.
        var isDamaged = false
        /// True when its signature was checked.
        var isChecked = false

        var day: Int64 { record.time / 86_400 }
    }

    /// The most faults that are told one by one.
    public static let mostFaults = 100

    /// The faults, in the order in which they were found; no more than 100.
    public private(set) var faults: [RegisterFault] = []
    /// Their number, also of those that are not told.
    public private(set) var faultCount = 0
    /// The chains, in the order in which they begin.
    public private(set) var chains: [RegisterChain] = []
    /// The records that were read.
    public private(set) var count = 0
    /// True once the record that was looked for was read.
    public private(set) var hasFound = false
    /// The digest of the last record; `nil` before any.
    public var head: Digest? { last?.digest }

    /// The number of the first record; `nil` before any.
    public private(set) var first: Int?

    private let expected: CheckingKey?
    private let vouching: [CheckingKey]
    private let wanted: Digest?
    private let checksAll: Bool
    /// The key that signs; `nil` before it is known.
    private var key: CheckingKey?
    private var last: Entry?
    /// The lines since the last record that are not what was written.
    private var damaged = 0
    private var lastQuarter = Int64.min
    private var (file, line) = (0, 0)
    /// A line that is no record: at the end of a file it is one that was cut.
    private var unread: Int?
    /// True behind an empty line, which may stand at the end of a file only.
    private var isBehindEnd = false

    /// Begins.
    ///
    /// - Parameters:
    ///   - key: the key that must be the first one; `nil` takes the one that the beginning names.
    ///   - wanted: the digest of a record that is looked for.
    ///   - checksAll: check each signature.
    ///   - vouching: keys of other chains, by which the break that this begins with may be signed.
    public init(
        key: CheckingKey? = nil,
        wanted: Digest? = nil,
        checksAll: Bool = false,
        vouching: [CheckingKey] = []
    ) {
        (expected, self.wanted, self.checksAll, self.vouching) = (key, wanted, checksAll, vouching)
    }

    /// Takes the next line.
    ///
    /// - Parameter text: without its line feed.
    /// - Throws: `SigningError` where libcrypto is missing.
    public mutating func read(_ text: [UInt8]) throws(SigningError) {
        line += 1
        guard !text.isEmpty else {
            isBehindEnd = true
            return
        }
        settleUnread()
        if isBehindEnd { note(.malformed, next, at: line - 1) }
        isBehindEnd = false
        guard let record = RegisterRecord(text) else {
            unread = line
            return
        }
        count += 1
        let digest = try Digest(of: text)
        if digest == wanted { hasFound = true }
        take(Entry(record: record, digest: digest, line: line))
    }

    /// Ends a file; more may follow.
    ///
    /// - Parameter rest: the bytes behind its last line feed: a record without one was cut as well.
    public mutating func endFile(_ rest: [UInt8] = []) {
        if !rest.isEmpty {
            line += 1
            settleUnread()
            unread = line
        }
        if let unread {
            note(.cut, next, at: unread)
            damaged += 1
        }
        unread = nil
        isBehindEnd = false
        checkLast()
        (file, line) = (file + 1, 0)
    }

    /// Finds out whether the record is there that the first break goes on from.
    ///
    /// - Parameter digests: of all records, also of other chains.
    public mutating func checkContinuation(_ digests: Set<Digest>) {
        guard let chain = chains.first, chain.head.reason != nil, chain.first > 1, !digests.contains(chain.continues)
        else { return }
        note(.missing, chain.first - 1, at: 1)
    }

    /// The number that the next record should have.
    private var next: Int { (last?.record.number ?? 0) + damaged + 1 }

    private mutating func note(_ kind: RegisterFault.Kind, _ number: Int, to end: Int? = nil, at line: Int? = nil) {
        faultCount += 1
        guard faults.count < Self.mostFaults else { return }
        faults.append(
            RegisterFault(kind: kind, number: number, last: end ?? number, file: file, line: line ?? self.line)
        )
    }

    /// A line that is no record and has others behind it was not cut.
    private mutating func settleUnread() {
        guard let unread else { return }
        self.unread = nil
        note(.malformed, next, at: unread)
        damaged += 1
    }

    // MARK: - A record

    private mutating func take(_ this: Entry) {
        let record = this.record
        guard let last else {
            first = record.number
            if !record.kind.isHead {
                // With the key it can be checked from here on.
                if expected == nil { note(.headless, record.number) }
                key = expected
            }
            return accept(this)
        }
        let isLinked = damaged == 0 && record.number == last.record.number + 1 && record.previous == last.digest
        if isLinked, record.chain == last.record.chain || record.kind == .break {
            if this.day != last.day { checkLast() }
            return accept(this)
        }
        checkLast()
        guard isGenuine(record) else {
            note(.changed, next)
            damaged += 1
            return
        }
        let isKnown = damaged > 0 || self.last?.isDamaged == true
        if record.number <= last.record.number {
            let isSame = record.number == last.record.number
            return note(!isSame ? .order : record.line == last.record.line ? .repeated : .fork, record.number)
        }
        if record.number > next {
            note(.missing, next, to: record.number - 1)
        } else if record.chain != last.record.chain, record.kind != .break {
            note(.stranger, record.number)
        } else if !isKnown {
            note(.fork, record.number)
        }
        accept(this)
    }

    /// Goes on from a record.
    private mutating func accept(_ this: Entry) {
        var this = this
        if let last, last.record.kind == .quarter, !last.isDamaged { lastQuarter = last.record.time }
        if this.record.kind.isHead { take(head: &this) } else { take(quarter: this.record) }
        if let place = chains.indices.last, chains[place].name == this.record.chain {
            (chains[place].last, chains[place].to) = (this.record.number, this.record.time)
        }
        damaged = 0
        last = this
        if checksAll { checkLast() }
    }

    private mutating func take(quarter record: RegisterRecord) {
        let isTrue =
            record.time % Quarter.length == 0 && record.time > lastQuarter && MeterStand.areWords(record.content)
        // One that was changed is found by the next one, or at the end.
        if !isTrue, isGenuine(record) { note(.untrue, record.number) }
    }

    private mutating func take(head this: inout Entry) {
        let record = this.record
        this.isChecked = true
        guard let head = RegisterHead(record) else {
            note(isGenuine(record) ? .untrue : .changed, record.number)
            this.isDamaged = true
            return
        }
        let isFirst = key == nil
        let isVouchedFor = (key.map { [$0] } ?? vouching).contains { record.isSigned(by: $0) }
        // By a break the first file may begin: it has the signature of the key before.
        if !isVouchedFor, !record.isSigned(by: head.key), !isFirst || record.kind != .break {
            note(.changed, record.number)
            this.isDamaged = true
            if !isFirst { return }
        }
        let isBeginning = record.number == 1 && record.previous == .none
        switch record.kind {
        case .begin where !isBeginning: note(.untrue, record.number)
        case .begin where last != nil: note(.stranger, record.number)
        case .year where !isFirst && (head.key != key || record.chain != last?.record.chain):
            note(.stranger, record.number)
        default: break
        }
        let isUnexpected = !isVouchedFor && head.key != (isFirst ? expected : key)
        if isUnexpected, expected != nil { note(.key, record.number) }
        key = head.key
        guard isFirst || record.kind != .year else { return }
        lastQuarter = .min
        chains.append(
            RegisterChain(
                name: record.chain,
                head: head,
                first: record.number,
                last: record.number,
                from: record.time,
                to: record.time,
                isOnItsOwn: isUnexpected,
                continues: record.previous
            )
        )
    }

    // MARK: - Signatures

    /// True when a record has the signature that it should have here, as far as that is known.
    private func isGenuine(_ record: RegisterRecord) -> Bool {
        guard let key else { return true }
        if record.isSigned(by: key) { return true }
        guard record.kind == .break, let head = RegisterHead(record) else { return false }
        return record.isSigned(by: head.key)
    }

    /// Checks the signature of the last record, once.
    private mutating func checkLast() {
        guard let key, let last, !last.isChecked else { return }
        self.last?.isChecked = true
        guard !last.record.isSigned(by: key) else { return }
        self.last?.isDamaged = true
        note(.changed, last.record.number, at: last.line)
    }
}
