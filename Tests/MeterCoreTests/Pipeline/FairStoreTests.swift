import Glibc
import Logging
import Testing

@testable import MeterCore

/// Stores that are too small for a source with large texts: it loses its own readings, and the others lose none.
@Suite struct FairStoreTests {
    private static let others = ["", "linky", "roof", "water"]
    private static let text = String(repeating: "x", count: 8000)
    private let folder = "/tmp/boxenergie-fair-\(getpid())-\(UInt64.random(in: 0 ... .max))"

    private let silent = Logger(label: "fair") { _ in SwiftLogNoOpLogHandler() }

    /// Forty large lines, and in the midst of them one of each other source: a second of such a house.
    private func second(_ number: Int) -> [(source: String, line: String)] {
        let tag = { (source: String) in source.isEmpty ? "" : ",source=\(source)" }
        var lines = (0..<40).map { (source: "texts", line: "m,n=\($0),source=texts t=\"\(Self.text)\" \(number)\n") }
        lines.insert(contentsOf: Self.others.map { ($0, "m\(tag($0)) f=1 \(number)\n") }, at: 17)
        return lines
    }

    private func batch(_ number: Int) -> Batch {
        let lines = [UInt8](second(number).map(\.line).joined().utf8)
        return Batch(database: "d", policy: .default, precision: .seconds, lines: lines, points: 44)
    }

    /// The lines of each source that are left, without those of the large texts.
    private func small(_ batches: some Sequence<Batch>) -> [String: [Int]] {
        var left: [String: [Int]] = [:]
        for batch in batches {
            for line in String(decoding: batch.lines, as: UTF8.self).split(separator: "\n")
            where !line.hasPrefix("#") && !line.contains("source=texts") {
                let source = Self.others.last { line.contains("source=\($0) ") } ?? ""
                left[source, default: []].append(line.split(separator: " ").last.flatMap { Int($0) } ?? -1)
            }
        }
        return left
    }

    /// Checks that the small ones are all there in their order, and that what is lost and what is left are all.
    private func check(_ batches: [Batch], _ lost: LostPoints, seconds: Int, source: SourceLocation = #_sourceLocation)
    {
        let all = [String: [Int]](uniqueKeysWithValues: Self.others.map { ($0, Array(0..<seconds)) })
        #expect(small(batches) == all, sourceLocation: source)
        #expect(Array(lost.bySource.keys) == ["texts"], sourceLocation: source)
        let left = batches.reduce(0) { $0 + $1.points }
        #expect(lost.total + left == 44 * seconds, sourceLocation: source)
        #expect(left > 4 * seconds + 40, "some of the large ones are left", sourceLocation: source)
        let lines = batches.reduce(0) { $0 + $1.lines.count { $0 == UInt8(ascii: "\n") } }
        #expect(lines == left, sourceLocation: source)
    }

    @Test("in memory, while neither the server nor the disk takes anything")
    func memory() {
        let outbox = Outbox(memoryLimit: 2 << 20, spool: nil)
        for number in 0..<60 {
            outbox.append(batch(number))
            #expect(outbox.backlog.bytesInMemory <= 2 << 20)
        }
        check(outbox.memory, outbox.backlog.lost, seconds: 60)
    }

    @Test("on the card, also after a restart, and in few files")
    func spool() throws {
        var lost = LostPoints()
        for start in [0, 60] {
            let spool = try Spool(directory: folder, limit: 2 << 20, logger: silent)
            for number in start..<(start + 60) {
                try spool.append(batch(number), as: number)
                #expect(spool.bytes <= 2 << 20)
            }
            let found = spool.oldest(upTo: .max)
            #expect(found.map(\.number) == found.map(\.number).sorted())
            lost.add(spool.lost)
            check(found.map(\.batch), lost, seconds: start + 60)
            #expect(try Folder(folder).names().count < 40)
        }
    }

    @Test("on the card with the smallest batches, whose files are joined")
    func manySmall() throws {
        let spool = try Spool(directory: folder, limit: 2 << 20, logger: silent)
        for number in 0..<300 {
            for (place, line) in second(number).enumerated() where place % 10 == 8 {
                let lines = [UInt8](line.line.utf8)
                let batch = Batch(database: "d", policy: .default, precision: .seconds, lines: lines, points: 1)
                try spool.append(batch, as: number * 100 + place)
            }
        }
        let small = small(spool.oldest(upTo: .max).map(\.batch))
        #expect(small == [Self.others[1]: Array(0..<300)])
        #expect(Array(spool.lost.bySource.keys) == ["texts"] && spool.lost.total > 300)
        #expect(try Folder(folder).names().count < 40)
    }

    @Test("of sources of one size the oldest lines go, whole files of them, whoever's they are")
    func equals() throws {
        let spool = try Spool(directory: folder, limit: 2 << 20, logger: silent)
        for number in 0..<4000 {
            let line = "m,source=s\(number % 5) t=\"\(Self.text.prefix(1000))\" \(number)\n"
            let lines = [UInt8](line.utf8)
            let batch = Batch(database: "d", policy: .default, precision: .seconds, lines: lines, points: 1)
            try spool.append(batch, as: number)
        }
        let left = spool.oldest(upTo: .max).map(\.number)
        #expect(left == Array(left[0]..<4000) && spool.lost.total == left[0])
        #expect(Set(spool.lost.bySource.keys) == ["s0", "s1", "s2", "s3", "s4"])
    }

    @Test("a file that should take another one's place, and did not for want of power, is passed over and removed")
    func unfinished() throws {
        let names = { try Folder(folder).names().sorted() }
        do {
            let spool = try Spool(directory: folder, limit: 2 << 20, logger: silent)
            try spool.append(batch(0), as: 0)
        }
        let half = "\(folder)/0000000000.spool.next"
        try DurableFile(half).write([UInt8]("# batch crc=".utf8), at: 0, creating: true)
        let spool = try Spool(directory: folder, limit: 2 << 20, logger: silent)
        #expect(spool.oldest(upTo: .max).map(\.batch) == [batch(0)])
        #expect(try names() == ["0000000000.spool", "lock"])
    }

    @Test("when a file cannot be written anew, what came last is refused and nothing is lost")
    func cannotMakeRoom() throws {
        let spool = try Spool(directory: folder, limit: 2 << 20, logger: silent)
        var number = 0
        var isRefused = false
        // A folder where the new file should be, as good as a sick disk.
        #expect(mkdir("\(folder)/0000000000.spool.next", 0o700) == 0)
        while !isRefused, number < 100 {
            do { try spool.append(batch(number), as: number) } catch { isRefused = true }
            if !isRefused { number += 1 }
        }
        #expect(isRefused && number > 1 && spool.lost.total == 0)
        #expect(spool.oldest(upTo: .max).map(\.batch) == (0..<number).map { batch($0) })
        #expect(rmdir("\(folder)/0000000000.spool.next") == 0)
        for next in number..<60 { try spool.append(batch(next), as: next) }
        check(spool.oldest(upTo: .max).map(\.batch), spool.lost, seconds: 60)
    }

    @Test("between the sources and the outbox, when nobody takes")
    func batcher() {
        let batcher = Batcher(database: "d", limit: 3 << 20)
        let texts = Series(Measurement("m"), tags: [("source", "texts")], fields: ["t"])
        let linky = Series(Measurement("m"), tags: [("source", "linky")], fields: ["f"])
        for number in 0..<2000 {
            batcher.append(Point(texts, at: Timestamp(seconds: Int64(number)), [.string(Self.text)]))
            batcher.append(Point(linky, at: Timestamp(seconds: Int64(number)), [1]))
        }
        let batches = batcher.take()
        #expect(batches.reduce(0) { $0 + $1.lines.count } < 5 << 20)
        let left = small(batches)["linky"] ?? []
        #expect(left == Array(0..<2000))
        #expect(Array(batcher.lost.bySource.keys) == ["texts"])
        #expect(batcher.lost.total + batches.reduce(0) { $0 + $1.points } == 4000)
    }

    @Test("in memory and on the card while no clock can be believed, also after a kill")
    func undated() throws {
        let clocks = Clocks(wall: 12, uptime: 12, isSynchronized: false)
        let texts = Series(Measurement("m"), tags: [("source", "texts")], fields: ["t"])
        let linky = Series(Measurement("m"), tags: [("source", "linky")], fields: ["f"])
        func run() -> (Intake, Batcher) {
            let batcher = Batcher(database: "d")
            let undated = UndatedReadings(directory: folder, boot: "a", logger: silent)
            let intake = Intake(to: [batcher], clock: { clocks.now }, undated: undated, logger: silent)
            return (intake, batcher)
        }
        do {
            let (intake, _) = run()
            for number in 0..<60 {
                let now = intake.time.time(at: clocks.now.uptime)
                for _ in 0..<60 { intake.append(Point(texts, at: now, [.string(Self.text)])) }
                intake.append(Point(linky, at: now, [.integer(Int64(number))]))
                clocks.pass(1)
                if number % 15 == 14 { intake.look() }
            }
            let dating = intake.dating
            #expect(Array(dating.lost.bySource.keys) == ["texts"] && dating.unsaved == 0)
            #expect(dating.lost.total + dating.waiting == 61 * 60 && dating.waiting < 2500)
        }
        let (intake, batcher) = run()
        clocks.set(1_795_000_000, isSynchronized: true)
        intake.look()
        let lines = batcher.take().map { String(decoding: $0.lines, as: UTF8.self) }.joined()
        let dates = lines.split(separator: "\n").filter { $0.contains("source=linky") }
            .compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }
        #expect(dates == (0..<60).map { 1_795_000_000 - 60 + $0 })
        #expect(lines.contains("source=texts"))
    }

    @Test("among what the server took last and may lose")
    func safetyWindow() {
        var window = SafetyWindow()
        for number in 0..<60 { window.note(batch(number), at: Uptime(nanoseconds: Int64(number) * 1_000_000_000)) }
        let kept = window.takeAll()
        #expect(small(kept)["linky"] == Array(0..<60))
        #expect(kept.reduce(0) { $0 + $1.lines.count } <= 4 << 20)
    }

    @Test("among the lines that the server refuses, on the disk and while that is away")
    func deadLetters() throws {
        #expect(mkdir(folder, 0o755) == 0)
        let path = folder + "/refused.lp"
        let letters = DeadLetters(path: path, limit: 2 << 20)
        for number in 0..<60 {
            letters.append(batch(number), reason: "r", at: Timestamp(seconds: 7))
            if number % 2 == 0 { #expect(letters.save() == nil) }
            if number == 30 {
                #expect(rename(folder, folder + ".away") == 0)
                for number in 60..<80 { letters.append(batch(number), reason: "s", at: Timestamp(seconds: 7)) }
                #expect(letters.save() != nil)
                #expect(rename(folder + ".away", folder) == 0)
            }
        }
        #expect(letters.save() == nil)
        var lines: [UInt8] = []
        for file in [path + ".old", path] { lines += (try? DurableFile(file).read()) ?? [] }
        let left = Batch(database: "d", policy: .default, precision: .seconds, lines: lines, points: 0)
        #expect(small([left]).mapValues { $0.sorted() }["linky"] == Array(0..<80))
        #expect(Array(letters.lost.bySource.keys) == ["texts"])
        let count = lines.split(separator: UInt8(ascii: "\n")).count { $0.first != UInt8(ascii: "#") }
        #expect(letters.lost.total + count == 44 * 80)
        #expect(lines.count < 5 << 20)
    }
}
