import Glibc
import Logging
import MeterCore
import Synchronization
import Testing

/// Answers from a list, then accepts; remembers what it accepted.
private final class ScriptedSink: Sink {
    let name = "the test's server"
    private let state: Mutex<(answers: [Delivery], accepted: [String])>
    private let refuses: String?
    private let missing: Mutex<RetentionPolicy?>

    init(_ answers: [Delivery] = [], refuses: String? = nil, missing: RetentionPolicy? = nil) {
        state = Mutex((answers, []))
        self.refuses = refuses
        self.missing = Mutex(missing)
    }

    /// Somebody creates what was missing.
    func provision() { missing.withLock { $0 = nil } }

    var accepted: [String] { state.withLock { $0.accepted } }

    func write(_ batch: Batch) async -> Delivery {
        let lines = String(decoding: batch.lines, as: UTF8.self).split(separator: "\n").map(String.init)
        if batch.policy == missing.withLock({ $0 }) { return .misaddressed(reason: "no such policy") }
        if let refuses, lines.contains(where: { $0.contains(refuses) }) { return .rejected(reason: "unable to parse") }
        return state.withLock { state in
            let answer = state.answers.isEmpty ? .accepted : state.answers.removeFirst()
            guard answer == .accepted else { return answer }
            state.accepted += lines
            return .accepted
        }
    }
}

@Suite struct UploaderTests {
    private let folder = "/tmp/boxenergie-uploader-\(getpid())-\(UInt64.random(in: 0 ... .max))"
    private let batcher = Batcher(database: "d")

    private func uploader(_ sink: ScriptedSink, _ spool: Spool?) -> Uploader {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return Uploader(
            batcher: batcher,
            outbox: Outbox(spool: spool.map { spool in { @Sendable in spool } }),
            sink: sink,
            deadLetters: DeadLetters(path: folder + "/refused.lp"),
            logger: logger
        )
    }

    private func append(_ numbers: Range<Int64>, to batcher: Batcher? = nil) {
        let batcher = batcher ?? self.batcher
        let series = Series(Measurement("m"), fields: ["f"])
        for number in numbers { batcher.append(Point(series, at: Timestamp(seconds: number), [.integer(number)])) }
    }

    private func lines(_ numbers: Range<Int64>) -> [String] { numbers.map { "m f=\($0)i \($0)" } }

    @Test("what the server does not take is on disk at the end, and goes first the next time")
    func spools() async throws {
        let away = ScriptedSink(Array(repeating: .postponed(reason: "away", retryAfter: nil), count: 9))
        append(0..<10)
        batcher.finish()
        await uploader(away, try Spool(directory: folder, limit: 2 << 20, logger: Logger(label: "test"))).run()
        #expect(away.accepted.isEmpty)

        let back = ScriptedSink()
        let spool = try Spool(directory: folder, limit: 2 << 20, logger: Logger(label: "test"))
        #expect(spool.count == 1)
        let next = Batcher(database: "d")
        let series = Series(Measurement("m"), fields: ["f"])
        next.append(Point(series, at: Timestamp(seconds: 10), [.integer(10)]))
        next.finish()
        await Uploader(
            batcher: next,
            outbox: Outbox { spool },
            sink: back,
            deadLetters: nil,
            logger: Logger(label: "test")
        ).run()
        #expect(back.accepted == lines(0..<11))
        #expect(spool.count == 0)
    }

    @Test("a line that the server refuses is found, kept aside, and costs no other line")
    func bisects() async throws {
        let sink = ScriptedSink(refuses: "f=37i")
        append(0..<100)
        batcher.finish()
        let uploader = uploader(sink, try Spool(directory: folder, limit: 2 << 20, logger: Logger(label: "test")))
        await uploader.run()
        #expect(sink.accepted == lines(0..<37) + lines(38..<100))
        #expect(uploader.counts.rejected == 1)
        let file = open(folder + "/refused.lp", O_RDONLY)
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 1000)
        let count = read(file, &bytes, 1000)
        #expect(String(decoding: bytes[..<max(0, count)], as: UTF8.self).contains("unable to parse\nm f=37i 37\n"))
    }

    @Test("after a pause a batch goes on where it was left: what was refused is kept aside once")
    func goesOn() async throws {
        let sink = ScriptedSink([.accepted, .postponed(reason: "away", retryAfter: nil)], refuses: "f=1i")
        append(0..<8)
        batcher.flush()
        let uploader = uploader(sink, try Spool(directory: folder, limit: 2 << 20, logger: Logger(label: "test")))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await uploader.run() }
            while uploader.counts.failures == 0 { await Task.yield() }
            batcher.finish()
        }
        #expect(sink.accepted == lines(0..<1) + lines(2..<8))
        #expect(uploader.counts.rejected == 1)
        #expect(uploader.outbox.isEmpty)
    }

    @Test("what is sent together waits on disk until then, and goes in the end", .timeLimit(.minutes(1)))
    func together() async throws {
        let spool = try Spool(directory: folder, limit: 2 << 20, logger: Logger(label: "test"))
        let sink = ScriptedSink()
        let clock = Mutex(Uptime.now)
        let uploader = Uploader(
            batcher: batcher,
            outbox: Outbox { spool },
            sink: sink,
            deadLetters: nil,
            sendEvery: .seconds(3600),
            logger: Logger(label: "test"),
            now: { clock.withLock { $0 } }
        )
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await uploader.run() }
            func add(_ numbers: Range<Int64>, until isSo: () -> Bool) async {
                append(numbers)
                batcher.flush()
                while !isSo(), (try? await Task.sleep(for: .milliseconds(5))) != nil {}
                // Only then it rests.
                try? await Task.sleep(for: .milliseconds(300))
            }
            await add(0..<5) { sink.accepted.count == 5 }
            for (numbers, batches) in [(5..<8, 1), (8..<10, 2)] as [(Range<Int64>, Int)] {
                await add(numbers) { uploader.outbox.backlog.batchesOnDisk == batches }
                #expect(sink.accepted.count == 5 && uploader.outbox.backlog.batchesInMemory == 0)
            }
            clock.withLock { $0 = $0 + .seconds(3600) }
            await add(10..<11) { sink.accepted.count == 11 }
            await add(11..<12) { uploader.outbox.backlog.batchesOnDisk == 1 }
            batcher.finish()
        }
        #expect(sink.accepted.count == 12 && Set(sink.accepted) == Set(lines(0..<12)))
        #expect(spool.count == 0)
    }

    @Test("a backlog goes in large loads, oldest first, and what happens now goes in between")
    func interleaves() async throws {
        let earlier = try Spool(directory: folder, limit: 20 << 20, logger: Logger(label: "test"))
        let size = 10_000
        for number in 0..<450 {
            let line = "old f=\(number)i \(number)\n"
            let lines = [UInt8](String(repeating: line, count: size / line.utf8.count).utf8)
            let policy = RetentionPolicy(number % 3 == 0 ? "m15" : "raw")
            let points = size / line.utf8.count
            try earlier.append(
                Batch(database: "d", policy: policy, precision: .seconds, lines: lines, points: points),
                as: number
            )
        }
        earlier.close()
        let spool = try Spool(directory: folder, limit: 20 << 20, logger: Logger(label: "test"))
        let sink = ScriptedSink()
        append(0..<10)
        batcher.finish()
        let uploader = uploader(sink, spool)
        await uploader.run()
        #expect(uploader.outbox.isEmpty)
        #expect(uploader.counts.requests < 15, "450 batches in loads of a MiB for two policies, and one of now")
        let accepted = sink.accepted
        let first = try #require(accepted.firstIndex(of: "m f=0i 0"), "the reading of now never came")
        #expect(first < accepted.count / 2, "what happens now does not wait for the whole backlog")
        for policy in [true, false] {
            let numbers = accepted.filter { $0.hasPrefix("old") }.compactMap { $0.split(separator: " ").last }
                .compactMap { Int($0) }.filter { ($0 % 3 == 0) == policy }
            #expect(numbers == numbers.sorted() && Set(numbers).count == (policy ? 150 : 300))
        }
    }

    @Test("a server that asks for a pause is given it, and one that is back does not wait for its earlier troubles")
    func pauses() async {
        let away = Delivery.postponed(reason: "away", retryAfter: nil)
        let busy = Delivery.postponed(reason: "busy", retryAfter: .seconds(100))
        let now = Mutex(Uptime(nanoseconds: 0))
        let sink = ScriptedSink(Array(repeating: away, count: 6) + [.accepted, away, .accepted, busy])
        let uploader = Uploader(
            batcher: batcher,
            outbox: Outbox(spool: nil),
            sink: sink,
            deadLetters: nil,
            logger: Logger(label: "t") { _ in SwiftLogNoOpLogHandler() },
            now: { now.withLock { $0 } }
        )
        var read: Int64 = 0
        func readOne(after seconds: Int64) {
            now.withLock { $0 = $0 + .seconds(seconds) }
            append(read..<(read + 1))
            read += 1
            batcher.flush()
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await uploader.run() }
            // The longest pause is two minutes. The seventh try succeeds, and what has come since is refused.
            for failures in [1, 2, 3, 4, 5, 6, 7] {
                readOne(after: 130)
                while uploader.counts.failures < failures { await Task.yield() }
            }
            readOne(after: 2)
            while uploader.counts.failures < 8 { await Task.yield() }
            let requests = uploader.counts.requests
            for _ in 0..<50 {
                readOne(after: 1)
                for _ in 0..<20 { await Task.yield() }
            }
            #expect(uploader.counts.requests == requests, "50 of the 100 s are over")
            readOne(after: 60)
            while uploader.counts.accepted < Int(read) { await Task.yield() }
            batcher.finish()
        }
        #expect(Set(sink.accepted) == Set(lines(0..<read)))
    }

    @Test("what the server took before it went away is written again when it is back, but for a moment's absence")
    func safetyWindow() async throws {
        for (away, again) in [(20, 0..<4), (1, 0..<0)] as [(Int64, Range<Int64>)] {
            let batcher = Batcher(database: "d")
            let now = Mutex(Uptime(nanoseconds: 0))
            let sink = ScriptedSink([.accepted, .postponed(reason: "away", retryAfter: nil)])
            let uploader = Uploader(
                batcher: batcher,
                outbox: Outbox(spool: nil),
                sink: sink,
                deadLetters: nil,
                logger: Logger(label: "t") { _ in SwiftLogNoOpLogHandler() },
                now: { now.withLock { $0 } }
            )
            append(0..<4, to: batcher)
            batcher.flush()
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await uploader.run() }
                while uploader.counts.accepted < 4 { await Task.yield() }
                append(4..<6, to: batcher)
                batcher.flush()
                while uploader.counts.failures == 0 { await Task.yield() }
                now.withLock { $0 = $0 + .seconds(away) }
                batcher.finish()
            }
            #expect(sink.accepted == lines(0..<4) + lines(4..<6) + lines(again))
            #expect(uploader.outbox.isEmpty)
        }
    }

    @Test(
        "a policy that the server lacks holds back only what is for it, on disk, and once it is there nothing is missing"
    )
    func misaddressed() async throws {
        let now = Mutex(Uptime(nanoseconds: 0))
        let sink = ScriptedSink(missing: RetentionPolicy("m15"))
        let spool = try Spool(directory: folder, limit: 2 << 20, logger: Logger(label: "test"))
        let uploader = Uploader(
            batcher: batcher,
            outbox: Outbox { spool },
            sink: sink,
            deadLetters: nil,
            logger: Logger(label: "t") { _ in SwiftLogNoOpLogHandler() },
            now: { now.withLock { $0 } }
        )
        func read(_ number: Int64) {
            for policy in ["raw", "m15"] {
                let series = Series(Measurement(policy, in: RetentionPolicy(policy)), fields: ["f"])
                batcher.append(Point(series, at: Timestamp(seconds: number), [.integer(number)]))
            }
            batcher.flush()
        }
        func lines(_ policy: String, _ numbers: Range<Int>) -> [String] { numbers.map { "\(policy) f=\($0)i \($0)" } }
        /// Waits as the box does, which flushes each second: the uploader never sleeps, and looks again at each flush.
        func wait(until isSo: () -> Bool) async {
            while !isSo() {
                batcher.flush()
                await Task.yield()
            }
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await uploader.run() }
            for number in 0..<5 {
                read(Int64(number))
                await wait { uploader.counts.accepted > number }
            }
            #expect(sink.accepted == lines("raw", 0..<5))
            #expect(uploader.counts.failures == 1, "what is missing is not asked for again and again")
            await wait { spool.points >= 4 }
            sink.provision()
            now.withLock { $0 = $0 + .seconds(20) }
            read(5)
            // What the server took last is sent again when a policy comes back, and is counted again.
            let all = lines("m15", 0..<6) + lines("raw", 0..<6)
            await wait { Set(sink.accepted).isSuperset(of: all) }
            batcher.finish()
        }
        #expect(sink.accepted.filter { $0.hasPrefix("m15") }.sorted() == lines("m15", 0..<6))
        #expect(uploader.outbox.isEmpty)
    }

    @Test("a batch that is too large goes in halves")
    func splits() async {
        let sink = ScriptedSink([.split, .split])
        append(0..<8)
        batcher.finish()
        await uploader(sink, nil).run()
        #expect(sink.accepted == lines(0..<8))
    }

    @Test("each retention policy has batches of its own")
    func policies() {
        let policies = ["raw", "30days", ""].map { RetentionPolicy($0) }
        for policy in policies {
            let series = Series(Measurement("m", in: policy), fields: ["f"])
            for number in 0..<3 { batcher.append(Point(series, at: Timestamp(seconds: Int64(number)), [1])) }
        }
        let batches = batcher.take()
        #expect(Set(batches.map(\.policy)) == Set(policies))
        #expect(batches.allSatisfy { $0.points == 3 && $0.database == "d" })
        #expect(batcher.take().isEmpty)
    }

    @Test("no batch is larger than a request may be, and memory is bounded")
    func bounds() {
        let batcher = Batcher(database: "d", limit: 4 << 20)
        let series = Series(Measurement("m"), fields: ["f"])
        let text = FieldValue.string(String(repeating: "x", count: 1000))
        for number in 0..<8000 { batcher.append(Point(series, at: Timestamp(seconds: Int64(number)), [text])) }
        let batches = batcher.take()
        #expect(batches.allSatisfy { $0.lines.count <= Batcher.largestBatch })
        #expect(batches.reduce(0) { $0 + $1.lines.count } <= 5 << 20)
        #expect(batcher.lost.total + batches.reduce(0) { $0 + $1.points } == 8000)
    }
}
