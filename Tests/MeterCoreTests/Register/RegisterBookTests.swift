import Glibc
import Testing

@testable import MeterCore

/// The register on the disk, through restarts, power cuts, other machines and lost files.
@Suite struct RegisterBookTests {
    private let folder: ScratchFolder
    private let start = WrittenRegister.start

    init() throws { folder = try ScratchFolder() }

    private func open(
        _ box: String = "k7f39-x2m4t",
        on machine: String = "pi",
        isRestored: Bool = false,
        at now: Int64? = nil
    ) throws -> (book: RegisterBook, opening: RegisterBook.Opening) {
        let owner = RegisterBook.Owner(box: box, machine: machine, isRestored: isRestored)
        return try RegisterBook.open(folder("r"), owner, at: now ?? start - 60)
    }

    private func stands(_ value: Double) -> [MeterStand] {
        [MeterStand(meter: "linky", quantity: .import, wattHours: value, age: 3)]
    }

    private func add(_ count: Int, to book: inout RegisterBook, from quarter: Int64 = 1) throws {
        for quarter in quarter..<quarter + Int64(count) {
            let end = start + quarter * 900
            #expect(try book.append(stands(Double(quarter)), at: end, now: end + 30).count == 1)
        }
    }

    private func bytes(_ year: Int = 2026) throws -> [UInt8] { [UInt8](try folder.text("r/\(year).log").utf8) }

    private func audit(_ years: [Int] = [2026], key: CheckingKey? = nil) throws -> RegisterAudit {
        var audit = RegisterAudit(key: key, checksAll: true)
        for year in years {
            for line in try bytes(year).split(separator: 0x0A, omittingEmptySubsequences: false) {
                try audit.read([UInt8](line))
            }
            audit.endFile()
        }
        return audit
    }

    private func reasons(_ audit: RegisterAudit) -> [String] {
        audit.chains.map { $0.head.reason?.rawValue ?? "begin" }
    }

    @Test("it goes on after a restart, in one chain")
    func restart() throws {
        var (book, opening) = try open()
        #expect(opening.reason == nil && opening.newest.map(\.kind) == [.begin])
        try add(3, to: &book)
        (book, opening) = try open(at: start + 3000)
        #expect(opening.reason == nil && opening.torn == 0 && opening.newest.map(\.number) == [1, 2, 3, 4])
        try add(300, to: &book, from: 4)
        let audit = try audit(key: book.key)
        #expect(audit.faults.isEmpty && audit.count == 304 && reasons(audit) == ["begin"])
        #expect(FileStatus(folder("r/key"))?.mode == 0o600)
        // Longer than the empty lines of the beginning, and still a multiple of nothing but lines.
        #expect(try bytes().count > 1 << 16)
    }

    @Test("a record that a power cut left at any byte is cut off, and the chain goes on")
    func torn() throws {
        var (book, _) = try open()
        try add(2, to: &book)
        let before = try bytes()
        let end = (before.lastIndex { $0 != 0x0A } ?? 0) + 2
        try add(1, to: &book, from: 3)
        let after = try bytes()
        let next = (after.lastIndex { $0 != 0x0A } ?? 0) + 2
        for cut in end...next {
            let half = after[..<cut] + before[cut...]
            try folder.write(String(decoding: half, as: UTF8.self), "r/2026.log")
            var (book, opening) = try open(at: start + 3000)
            let isWhole = cut >= next - 1
            #expect(opening.reason == nil && opening.torn == (isWhole ? 0 : cut - end), "\(cut)")
            try add(1, to: &book, from: isWhole ? 4 : 3)
            let audit = try audit()
            #expect(audit.faults.isEmpty && audit.count == (isWhole ? 5 : 4), "\(cut): \(audit.faults.map(\.word))")
        }
    }

    @Test("a year begins with a file of its own, which can be read alone")
    func year() throws {
        let newYear: Int64 = 1_798_761_600
        var (book, _) = try open(at: newYear - 1000)
        #expect(try book.append(stands(1), at: newYear - 900, now: newYear - 870).map(\.kind) == [.quarter])
        #expect(try book.append(stands(2), at: newYear, now: newYear + 30).map(\.kind) == [.year, .quarter])
        #expect(try book.append(stands(3), at: newYear + 900, now: newYear + 930).map(\.number) == [5])
        (book, _) = try open(at: newYear + 1000)
        #expect(try book.append(stands(4), at: newYear + 1800, now: newYear + 1830).map(\.number) == [6])
        #expect(try audit([2026, 2027]).faults.isEmpty && audit([2026, 2027]).count == 6)
        #expect(try audit([2027], key: book.key).faults.isEmpty)
        #expect(try audit([2027, 2026]).faultCount > 0)
    }

    @Test("another machine, another identity and a restored backup are declared, once")
    func owners() throws {
        var (book, _) = try open()
        try add(1, to: &book)
        let key = book.key
        var opening: RegisterBook.Opening
        (book, opening) = try open(on: "another pi", at: start + 1000)
        #expect(opening.reason == .machine && book.key != key)
        try add(1, to: &book, from: 2)
        #expect(try open(on: "another pi", at: start + 2000).opening.reason == nil)
        (book, opening) = try open(on: "another pi", isRestored: true, at: start + 2000)
        #expect(opening.reason == .restored)
        try add(1, to: &book, from: 3)
        (book, opening) = try open("zzzzz-zzzzz", on: "another pi", at: start + 3000)
        #expect(opening.reason == .renewed)
        try add(1, to: &book, from: 4)
        // The first key vouches for all others, and the last one for all before it.
        let audit = try audit(key: key)
        #expect(audit.faults.isEmpty, "\(audit.faults.map(\.word))")
        #expect(try self.audit(key: book.key).faults.isEmpty)
        #expect(reasons(audit) == ["begin", "machine", "restored", "renewed"])
        #expect(audit.chains.map(\.head.box).last == "zzzzz-zzzzz")
    }

    @Test("an identity that cannot be read now is no break: it goes on for whom it was")
    func lent() throws {
        var (book, _) = try open()
        try add(1, to: &book)
        let lent = RegisterBook.Owner(box: "zzzzz-zzzzz", machine: "another mark", isLent: true)
        var opening: RegisterBook.Opening
        (book, opening) = try RegisterBook.open(folder("r"), lent, at: start + 1000)
        #expect(opening.reason == nil)
        try add(1, to: &book, from: 2)
        #expect(try open(at: start + 2000).opening.reason == nil)
        #expect(try reasons(audit()) == ["begin"])
    }

    @Test("a lost key, lost records and a last record that was changed are declared")
    func losses() throws {
        var (book, _) = try open()
        try add(2, to: &book)
        try DiskFile.remove(folder("r/key"))
        var opening: RegisterBook.Opening
        (book, opening) = try open(at: start + 2000)
        #expect(opening.reason == .key)
        try add(1, to: &book, from: 3)
        #expect(try audit().faults.map(\.word) == ["key 4"] && audit().chains.last?.isOnItsOwn == true)
        // With the key of now, which vouches for all before it, nobody else needs to.
        #expect(try audit(key: book.key).faults.isEmpty)
        let text = try folder.text("r/2026.log")
        try folder.write(text.replacing("import=3@", with: "import=4@"), "r/2026.log")
        (book, opening) = try open(at: start + 3000)
        #expect(opening.reason == .damaged)
        try add(1, to: &book, from: 4)
        #expect(try audit(key: book.key).faults.map(\.word) == ["changed 5"])
        try DiskFile.remove(folder("r/2026.log"))
        (book, opening) = try open(at: start + 5000)
        #expect(opening.reason == .lost)
        #expect(try audit().faults.isEmpty && reasons(audit()) == ["lost"])
    }

    @Test("a line that nobody cut is kept, and a break follows it")
    func garbage() throws {
        var (book, _) = try open()
        try add(2, to: &book)
        let text = try folder.text("r/2026.log")
        try folder.write(text.replacing("|quarter|linky:import=2", with: "!quarter|linky:import=2"), "r/2026.log")
        var opening: RegisterBook.Opening
        (book, opening) = try open(at: start + 2000)
        #expect(opening.reason == .damaged && opening.torn == 0)
        try add(1, to: &book, from: 3)
        #expect(try audit().faults.map(\.word) == ["malformed 3"])
    }

    @Test("a power cut between the announcement of a chain and its first record leaves one break")
    func announced() throws {
        var (book, _) = try open()
        try add(1, to: &book)
        let before = try bytes()
        _ = try open(on: "another pi", at: start + 1000)
        let key = try folder.text("r/key")
        try folder.write(String(decoding: before, as: UTF8.self), "r/2026.log")
        var opening: RegisterBook.Opening
        (book, opening) = try open(on: "another pi", at: start + 1000)
        #expect(opening.reason == .machine)
        #expect(try folder.text("r/key") == key)
        try add(1, to: &book, from: 2)
        #expect(try audit().faults.isEmpty && reasons(audit()) == ["begin", "machine"])
    }

    @Test("a clock that was ahead is waited for within an hour, else a break is declared")
    func clock() throws {
        var (book, _) = try open()
        try add(8, to: &book)
        #expect(try book.append(stands(9), at: start + 8 * 900, now: start + 7300).isEmpty)
        #expect(try book.append(stands(9), at: start + 5 * 900, now: start + 4600).isEmpty)
        let records = try book.append(stands(9), at: start + 900, now: start + 930)
        #expect(records.map(\.kind) == [.break, .quarter])
        try add(1, to: &book, from: 2)
        let audit = try audit(key: book.key)
        #expect(audit.faults.isEmpty && reasons(audit) == ["begin", "clock"], "\(audit.faults.map(\.word))")
        #expect(try open(at: start + 2000).opening.reason == nil)
    }

    @Test("nothing is added for a quarter of which nothing is known")
    func nothing() throws {
        var (book, _) = try open()
        #expect(try book.append([], at: start, now: start).isEmpty)
        #expect(try audit().count == 1)
    }
}
