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

    /// A fault unless something behind it settles that.
    private struct Doubt {
        /// What would settle it.
        enum Cause {
            /// The expected key signs something that goes on from the chain.
            case key
            /// The key of another chain of its box has signed the beginning.
            case lost(RegisterRecord)
            /// A chain of the box that is asked for has the same root.
            case box
        }

        var cause = Cause.key
        var fault: RegisterFault
        /// The chain that it is about.
        var chain: Int
        /// The faults that were found before it.
        var position: Int
    }

    /// The most faults that are told one by one.
    public static let mostFaults = 100

    /// The faults, in the order in which they were found; no more than 100.
    ///
    /// A key that nobody vouches for is one until the expected key is found to sign behind it.
    public var faults: [RegisterFault] {
        var all = found
        for doubt in openDoubts.prefix(Self.mostFaults).reversed() { all.insert(doubt.fault, at: doubt.position) }
        return [RegisterFault](all.prefix(Self.mostFaults))
    }
    /// Their number, also of those that are not told.
    public var faultCount: Int { foundCount + openDoubts.count }
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
    private let wanted: Digest?
    private let checksAll: Bool
    private let isDatabase: Bool
    private let box: String?
    private var found: [RegisterFault] = []
    private var foundCount = 0
    private var doubts: [Doubt] = []
    /// The records that were read: a break may go on from any of them.
    private var records = ReadRecords()
    /// The chain that is read; `nil` before any beginning.
    private var chain: Int?
    /// Of each chain the one that it goes on from.
    private var earlier: [Int?] = []
    private var roots = RegisterRoots()
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
    ///   - key: a key that must sign what is read, or something that goes on from it; `nil` takes those that the
    ///     beginnings name.
    ///   - wanted: the digest of a record that is looked for.
    ///   - checksAll: check each signature.
    ///   - isDatabase: true for all records of a database, chain by chain, where each box has a beginning.
    ///   - box: the box that is asked for there; `nil` for all.
    public init(
        key: CheckingKey? = nil,
        wanted: Digest? = nil,
        checksAll: Bool = false,
        isDatabase: Bool = false,
        box: String? = nil
    ) {
        (expected, self.wanted, self.checksAll, self.isDatabase) = (key, wanted, checksAll, isDatabase)
        self.box = box
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

    /// The number that the next record should have.
    private var next: Int { (last?.record.number ?? 0) + damaged + 1 }

    private mutating func note(_ kind: RegisterFault.Kind, _ number: Int, to end: Int? = nil, at line: Int? = nil) {
        foundCount += 1
        guard found.count < Self.mostFaults else { return }
        found.append(
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
            return begin(this)
        }
        let isLinked = damaged == 0 && record.number == last.record.number + 1 && record.previous == last.digest
        if isLinked, record.chain == last.record.chain || record.kind == .break {
            if this.day != last.day { checkLast() }
            return accept(this)
        }
        checkLast()
        if record.kind == .break, records.place(of: this.digest, record.number) == nil,
            let place = records.place(of: record.previous, record.number - 1)
        {
            // A backup came back, or a card was copied: the records behind that one are those of before.
            (chain, damaged) = (place.chain, 0)
            key = place.chain.map { chains[$0].head.key } ?? expected
            return accept(this)
        }
        if isDatabase, !chains.contains(where: { $0.name == record.chain }), record.chain != last.record.chain {
            (self.last, chain, key, damaged, lastQuarter) = (nil, nil, nil, 0, .min)
            return begin(this)
        }
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

    /// Begins with a record that goes on from none that was read.
    private mutating func begin(_ this: Entry) {
        let record = this.record
        if !record.kind.isHead {
            // With the key it can be checked from here on.
            if expected == nil { note(.headless, record.number) }
            key = expected
        } else if isDatabase, record.number > 1, RegisterHead(record)?.reason != .renewed {
            // What a box wrote under its identity of before may be in another database.
            note(.missing, record.number - 1)
        }
        accept(this)
    }

    /// Goes on from a record.
    private mutating func accept(_ this: Entry) {
        var this = this
        if let last, last.record.kind == .quarter, !last.isDamaged { lastQuarter = last.record.time }
        if this.record.kind.isHead { take(head: &this) } else { take(quarter: this.record) }
        records.append(this.digest, this.record.number, of: chain)
        if let chain, chains[chain].name == this.record.chain {
            (chains[chain].last, chains[chain].to) = (this.record.number, this.record.time)
            chains[chain].end = this.digest
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
        let isVouchedFor = (key ?? expected).map { record.isSigned(by: $0) } ?? false
        let isOwn = record.isSigned(by: head.key)
        // By a break the first file may begin: it has the signature of the key before.
        if !isVouchedFor, !isOwn, !isFirst || record.kind != .break {
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
        let isNew = isFirst || record.kind != .year
        if isNew, !isVouchedFor, !isFirst || expected != nil { doubt(.key, .key, record, of: chains.count) }
        let isOnItsOwn = !isVouchedFor && head.key != (key ?? expected)
        if isVouchedFor, key == expected { settleDoubts() }
        key = head.key
        if isNew {
            lastQuarter = .min
            earlier.append(chain)
            chain = chains.count
            chains.append(
                RegisterChain(
                    name: record.chain,
                    head: head,
                    first: record.number,
                    last: record.number,
                    from: record.time,
                    to: record.time,
                    isOnItsOwn: isOnItsOwn,
                    continues: record.previous,
                    end: this.digest
                )
            )
            if isDatabase { settleRoot(of: record, head) }
        }
        if isOwn, key == expected { settleDoubts() }
    }

    private mutating func doubt(
        _ cause: Doubt.Cause,
        _ kind: RegisterFault.Kind,
        _ record: RegisterRecord,
        of chain: Int
    ) {
        let fault = RegisterFault(kind: kind, number: record.number, last: record.number, file: file, line: line)
        doubts.append(Doubt(cause: cause, fault: fault, chain: chain, position: found.count))
    }

    /// Settles what the chain that is read goes on from: the expected key signs here, and so vouches for all before.
    private mutating func settleDoubts() {
        guard !doubts.isEmpty else { return }
        var before: Set<Int> = []
        var place = chain
        while let chain = place {
            before.insert(chain)
            place = earlier[chain]
        }
        doubts.removeAll { doubt in
            guard case .key = doubt.cause else { return false }
            return before.contains(doubt.chain)
        }
    }

    // MARK: - Chains side by side

    /// The chain that begins with a record goes on from something of its box, begins it, or is somebody else's.
    private mutating func settleRoot(of record: RegisterRecord, _ head: RegisterHead) {
        let isLost = head.reason == .lost && record.previous == .none
        let index = chains.count - 1
        if isLost, expected == nil { doubt(.lost(record), .key, record, of: index) }
        if let box, head.box != box { doubt(.box, .foreign, record, of: index) }
        let before = earlier[index]
        // Where that which it goes on from is missing, that is told.
        let isWhole = before != nil || record.previous == .none || head.reason == .renewed
        if !roots.add(head.box, after: before, isLost: isLost), isWhole { note(.stranger, record.number) }
    }

    private var openDoubts: [Doubt] { doubts.filter(isOpen) }

    private func isOpen(_ doubt: Doubt) -> Bool {
        switch doubt.cause {
        case .key: return true
        case .lost(let record):
            let others = roots.others(of: doubt.chain)
            return !others.isEmpty && !others.contains { record.isSigned(by: chains[$0].head.key) }
        case .box: return box.map { !roots.leads(doubt.chain, to: $0) } ?? false
        }
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
        guard !last.record.isSigned(by: key) else {
            if key == expected { settleDoubts() }
            return
        }
        self.last?.isDamaged = true
        note(.changed, last.record.number, at: last.line)
    }
}
