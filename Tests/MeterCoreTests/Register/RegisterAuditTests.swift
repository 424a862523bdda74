import Testing

@testable import MeterCore

/// What is found in a register that somebody has touched, and where.
@Suite struct RegisterAuditTests {
    private let other: SigningKey
    private let written: WrittenRegister

    init() throws {
        other = try SigningKey(seed: [UInt8](repeating: 9, count: 32))
        written = try WrittenRegister(quarters: 6)
    }

    @Test("a register as it was written has no fault, and tells its chain")
    func whole() throws {
        for checksAll in [false, true] {
            let audit = try WrittenRegister.audit(written.bytes, checksAll: checksAll)
            #expect(audit.faults.isEmpty && audit.count == 7)
            let chain = try #require(audit.chains.first)
            #expect(audit.chains.count == 1 && chain.first == 1 && chain.last == 7 && chain.head.box == "k7f39-x2m4t")
            #expect(chain.to == WrittenRegister.start + 6 * 900 && chain.head.key == written.key.checking)
        }
        #expect(try written.faults(key: written.key.checking).isEmpty)
        #expect(try written.faults(key: other.checking).first == "key 1")
        // The empty lines that wait for more records.
        #expect(try WrittenRegister.audit(written.bytes + [UInt8](repeating: 0x0A, count: 100)).faults.isEmpty)
    }

    @Test("each byte that is changed is found, with the number of its record")
    func everyByte() throws {
        let bytes = try WrittenRegister(quarters: 3).bytes
        var number = 1
        for place in bytes.indices {
            var spoilt = bytes
            spoilt[place] = spoilt[place] == UInt8(ascii: "1") ? UInt8(ascii: "2") : UInt8(ascii: "1")
            let found = try WrittenRegister.audit(spoilt).faults
            let numbers = found.map(\.number)
            // A line feed ends two records in one line; the first line tells the key of all.
            let isRight = bytes[place] == 0x0A || number == 1 ? !found.isEmpty : numbers == [number]
            #expect(isRight, "byte \(place) of record \(number): \(found.map(\.word))")
            if bytes[place] == 0x0A { number += 1 }
        }
    }

    @Test("a cut at any byte is found, but for one between two lines: then the end is told")
    func everyCut() throws {
        let bytes = try WrittenRegister(quarters: 3).bytes
        for place in bytes.indices {
            let audit = try WrittenRegister.audit([UInt8](bytes[..<place]))
            let whole = bytes[..<place].count { $0 == 0x0A }
            let isBetween = place == 0 || bytes[place - 1] == 0x0A
            #expect(audit.faults.map(\.word) == (isBetween ? [] : ["cut \(whole + 1)"]), "\(place)")
            #expect(audit.count == whole)
        }
    }

    @Test("a beginning that is cut off at any byte is found")
    func everyBeginning() throws {
        let bytes = try WrittenRegister(quarters: 3).bytes
        for place in bytes.indices.dropFirst().dropLast() {
            #expect(try !WrittenRegister.audit([UInt8](bytes[place...])).faults.isEmpty, "\(place)")
        }
    }

    @Test("missing, doubled and exchanged records are told by their numbers")
    func order() throws {
        var less = written
        less.lines.removeSubrange(3...4)
        #expect(try less.faults() == ["missing 4 5"])
        var twice = written
        twice.lines.insert(written.lines[3], at: 4)
        #expect(try twice.faults() == ["repeated 4"])
        var exchanged = written
        exchanged.lines.swapAt(3, 4)
        #expect(try exchanged.faults() == ["missing 4", "order 4"])
        var old = written
        old.lines.append(written.lines[2])
        #expect(try old.faults() == ["order 3"])
    }

    @Test("two signed records of one number are a fork, wherever they stand")
    func fork() throws {
        var copy = written
        copy.lines.removeLast(2)
        try copy.add(.quarter, "linky:import=99@0", at: WrittenRegister.start + 5 * 900)
        try copy.add(.quarter, "linky:import=100@0", at: WrittenRegister.start + 6 * 900)
        var both = written
        both.lines.insert(copy.lines[5], at: 6)
        #expect(try both.faults() == ["fork 6"])
        var behind = written
        behind.lines[6] = copy.lines[6]
        #expect(try behind.faults() == ["fork 7"])
    }

    @Test("records that somebody else has signed are found")
    func foreign() throws {
        var forged = written
        forged.lines.removeLast(2)
        let time = WrittenRegister.start + 5 * 900
        try forged.add(.quarter, "linky:import=99@0", at: time, signedWith: other)
        #expect(try forged.faults() == ["changed 6"])
        // With the digests of all records after it made new, only signatures can tell.
        try forged.add(.quarter, "linky:import=100@0", at: time + 900, signedWith: other)
        #expect(try forged.faults() == ["changed 7"])
        #expect(try forged.faults(checksAll: true) == ["changed 6", "changed 7"])
    }

    @Test("a declared break goes on, with the key that it brings if the one before vouches for it")
    func breaks() throws {
        func broken(_ signer: SigningKey) throws -> WrittenRegister {
            var broken = written
            let content = RegisterHead(box: "k7f39-x2m4t", key: other.checking, reason: .machine).content
            let time = WrittenRegister.start + 7000
            try broken.add(.break, content, at: time, chain: "fedcba9876543210", signedWith: signer)
            try broken.add(.quarter, "linky:import=99@0", at: WrittenRegister.start + 8 * 900, signedWith: other)
            return broken
        }
        let vouched = try broken(written.key)
        let audit = try WrittenRegister.audit(vouched.bytes, key: written.key.checking, checksAll: true)
        #expect(audit.faults.isEmpty && audit.chains.count == 2, "\(audit.faults.map(\.word))")
        #expect(audit.chains.last?.head.reason == .machine && audit.chains.last?.isOnItsOwn == false)
        // The key of now vouches for what it goes on from.
        #expect(try vouched.faults(key: other.checking).isEmpty && vouched.faults(checksAll: true).isEmpty)
        let alone = try broken(other)
        #expect(try alone.faults(checksAll: true) == ["key 8"])
        #expect(try WrittenRegister.audit(alone.bytes).chains.last?.isOnItsOwn == true)
        #expect(try alone.faults(key: written.key.checking) == ["key 8"])
        #expect(try alone.faults(key: other.checking).isEmpty)
        let third = try SigningKey(seed: [UInt8](repeating: 3, count: 32)).checking
        #expect(try alone.faults(key: third) == ["key 1", "key 8"])
        let stranger = try broken(SigningKey(seed: [UInt8](repeating: 3, count: 32)))
        #expect(try stranger.faults().contains("changed 8"))
    }

    @Test("a break that only names the expected key says nothing, before that has signed")
    func named() throws {
        var named = written
        let content = RegisterHead(box: "k7f39-x2m4t", key: other.checking, reason: .machine).content
        try named.add(.break, content, at: WrittenRegister.start + 7000, chain: "fedcba9876543210")
        #expect(try named.faults(key: other.checking) == ["key 1"])
        try named.add(.quarter, "linky:import=99@0", at: WrittenRegister.start + 8 * 900, signedWith: written.key)
        #expect(try named.faults(key: other.checking) == ["key 1", "changed 9"])
        named.lines.removeLast()
        try named.add(.quarter, "linky:import=99@0", at: WrittenRegister.start + 8 * 900, signedWith: other)
        #expect(try named.faults(key: other.checking).isEmpty)
    }

    @Test("after a restore the chain of before stands beside that which goes on from the backup")
    func sideBySide() throws {
        var both = written
        let content = RegisterHead(box: "k7f39-x2m4t", key: written.key.checking, reason: .restored).content
        try both.add(.break, content, at: WrittenRegister.start + 7000, chain: "fedcba9876543210", from: 3)
        try both.add(.quarter, "linky:import=99@0", at: WrittenRegister.start + 8 * 900)
        let audit = try WrittenRegister.audit(both.bytes, key: written.key.checking, checksAll: true)
        #expect(audit.faults.isEmpty, "\(audit.faults.map(\.word))")
        #expect(audit.chains.map(\.first) == [1, 5] && audit.chains.map(\.last) == [7, 6])
        #expect(audit.chains.map(\.end) == [try Digest(of: written.lines[6]), try #require(audit.head)])
        var twice = both
        twice.lines.insert(both.lines[7], at: 8)
        #expect(try twice.faults() == ["repeated 5"])
        // What it goes on from is not there.
        var less = both
        less.lines.remove(at: 3)
        #expect(try less.faults() == ["missing 4", "order 5", "order 6"])
    }

    /// What is found in a database that gives these lines.
    private func stored(_ lines: [[UInt8]], key: CheckingKey? = nil, box: String? = nil) throws -> [String] {
        var audit = RegisterAudit(key: key, isDatabase: true, box: box)
        for line in lines { try audit.read(line) }
        audit.endFile()
        return audit.faults.map(\.word)
    }

    /// A chain of a box that begins with a beginning, or with a break that goes on from nothing.
    private func chain(
        of box: String,
        _ kind: RegisterRecord.Kind = .begin,
        _ reason: RegisterHead.Reason? = nil,
        key: SigningKey? = nil,
        named name: String = "fedcba9876543210"
    ) throws -> [[UInt8]] {
        var next = written
        next.lines = []
        let key = key ?? other
        let head = RegisterHead(box: box, key: key.checking, reason: reason).content
        try next.add(kind, head, at: WrittenRegister.start + 9000, chain: name, signedWith: key)
        try next.add(.quarter, "linky:import=99@0", at: WrittenRegister.start + 9900, signedWith: key)
        return next.lines
    }

    @Test("in a database a box has one beginning; another one is a stranger, also without a key")
    func beginnings() throws {
        let (own, second) = ("k7f39-x2m4t", try chain(of: "k7f39-x2m4t"))
        for box in [nil, own] { #expect(try stored(written.lines + second, box: box) == ["stranger 1"]) }
        #expect(try stored(second + written.lines, box: own) == ["stranger 1"])
        let neighbour = try chain(of: "zzzzz-zzzzz")
        #expect(try stored(written.lines + neighbour).isEmpty)
        #expect(try stored(written.lines + neighbour, box: own) == ["foreign 1"])
        #expect(try stored(neighbour, box: own) == ["foreign 1"])
        // A break of the other box's chain that claims to be of this one.
        var claim = written
        claim.lines = neighbour
        let head = RegisterHead(box: own, key: other.checking, reason: .renewed).content
        try claim.add(.break, head, at: WrittenRegister.start + 9960, chain: "00000000000000aa", signedWith: other)
        #expect(try stored(written.lines + claim.lines, box: own) == ["stranger 3"])
    }

    @Test("records that were lost go on under the key of before, and nobody else's stand beside the box's")
    func lost() throws {
        let own = try chain(of: "k7f39-x2m4t", .break, .lost, key: written.key)
        for lines in [written.lines + own, own + written.lines] { #expect(try stored(lines).isEmpty) }
        let forged = try chain(of: "k7f39-x2m4t", .break, .lost)
        for lines in [written.lines + forged, forged + written.lines] { #expect(try stored(lines) == ["key 1"]) }
        #expect(try stored(forged).isEmpty)
        #expect(try stored(written.lines + forged, key: written.key.checking) == ["key 1"])
    }

    @Test("what a box wrote under another identity belongs to it, and need not be there")
    func renewed() throws {
        var renewed = written
        let head = RegisterHead(box: "zzzzz-zzzzz", key: other.checking, reason: .renewed).content
        try renewed.add(.break, head, at: WrittenRegister.start + 9000, chain: "fedcba9876543210")
        try renewed.add(.quarter, "linky:import=99@0", at: WrittenRegister.start + 9900, signedWith: other)
        for box in [nil, "zzzzz-zzzzz", "k7f39-x2m4t"] { #expect(try stored(renewed.lines, box: box).isEmpty) }
        let behind = [[UInt8]](renewed.lines.suffix(2))
        #expect(try stored(behind, box: "zzzzz-zzzzz").isEmpty)
        #expect(try stored(behind, key: other.checking, box: "zzzzz-zzzzz").isEmpty)
        let second = try chain(of: "zzzzz-zzzzz", named: "00000000000000aa")
        #expect(try stored(behind + second, box: "zzzzz-zzzzz") == ["stranger 1"])
    }

    @Test("in a database a beginning by another key, and a break without what it goes on from, are told")
    func database() throws {
        var next = written
        next.lines = []
        let head = RegisterHead(box: "k7f39-x2m4t", key: other.checking).content
        try next.add(.begin, head, at: WrittenRegister.start, chain: "fedcba9876543210", signedWith: other)
        try next.add(.quarter, "linky:import=99@0", at: WrittenRegister.start + 900, signedWith: other)
        #expect(try stored(written.lines + next.lines, key: written.key.checking) == ["key 1", "stranger 1"])
        var broken = written
        let content = RegisterHead(box: "k7f39-x2m4t", key: written.key.checking, reason: .restored).content
        try broken.add(.break, content, at: WrittenRegister.start + 7000, chain: "fedcba9876543210")
        #expect(try stored(broken.lines).isEmpty)
        #expect(try stored([broken.lines[7]]) == ["missing 7"])
        #expect(try stored(next.lines + [written.lines[4]]) == ["headless 5"])
    }

    @Test("another chain without a break, and a second beginning, are strangers")
    func strangers() throws {
        var jumped = written
        try jumped.add(.quarter, "linky:import=99@0", at: WrittenRegister.start + 7 * 900, chain: "fedcba9876543210")
        #expect(try jumped.faults() == ["stranger 8"])
        var anew = written
        anew.lines += try WrittenRegister(quarters: 1, from: WrittenRegister.start + 90_000).lines
        #expect(try !anew.faults().isEmpty)
    }

    @Test("a time that does not go on, and words that mean nothing, are told although they are signed")
    func untrue() throws {
        let claims: [(content: String, time: Int64)] = [
            ("linky:import=1@0", 5400), ("linky:import=1@0", 5401), ("linky:heat=1@0", 6300), ("linky:import=@0", 6300),
            ("import=1@0", 6300), ("linky:import=1@0  ", 6300),
        ]
        for (content, time) in claims {
            var claimed = written
            try claimed.add(.quarter, content, at: WrittenRegister.start + time)
            #expect(try claimed.faults() == ["untrue 8"], "\(content) \(time)")
        }
    }

    @Test("without a beginning there is no key, unless it is given")
    func headless() throws {
        var rest = written
        rest.lines.removeFirst(2)
        #expect(try rest.faults() == ["headless 3"])
        #expect(try rest.faults(key: written.key.checking, checksAll: true).isEmpty)
        rest.lines[2] = try WrittenRegister(quarters: 6, from: 9000).lines[4]
        rest.lines.removeLast(2)
        #expect(try Set(rest.faults(key: written.key.checking)) == ["fork 5", "untrue 5"])
    }

    @Test("the record of a digest that was noted is looked for")
    func noted() throws {
        let digest = try Digest(of: written.lines[4])
        for (bytes, isThere) in [(written.bytes, true), ([UInt8](written.bytes.prefix(900)), false)] {
            var audit = RegisterAudit(wanted: digest)
            for line in bytes.split(separator: 0x0A) { try audit.read([UInt8](line)) }
            #expect(audit.hasFound == isThere)
        }
        #expect(Digest("\(digest)".utf8) == digest && Digest("\(digest)".uppercased().utf8) == nil)
    }

    @Test("a record is read in one form only")
    func form() throws {
        let line = String(decoding: written.lines[2], as: UTF8.self)
        #expect(RegisterRecord([UInt8](line.utf8)) != nil)
        let changes: [(String, String)] = [
            ("|3|", "|03|"), ("|3|", "|+3|"), ("T20:30:00Z", "T20:30:00z"), ("T20:30", "T24:30"), ("11-29", "02-30"),
            ("quarter", "Quarter"), ("|linky", "|\u{7F}linky"), ("@3|", "@3||"),
        ]
        for (old, new) in changes {
            #expect(line.contains(old) && RegisterRecord([UInt8](line.replacing(old, with: new).utf8)) == nil, "\(new)")
        }
    }
}
