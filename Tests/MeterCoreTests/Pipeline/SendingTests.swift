import Testing

@testable import MeterCore

@Suite struct SendingTests {
    private let date = Timestamp(seconds: 1_795_000_000)

    private func at(_ seconds: Double) -> Uptime { Uptime(nanoseconds: Int64(seconds * 1e9)) }

    private func batch(_ policy: String = "raw", points: Int = 2) -> Batch {
        Batch(
            database: "d",
            policy: RetentionPolicy(policy),
            precision: .seconds,
            lines: [UInt8](String(repeating: "m f=1 1\n", count: points).utf8),
            points: points
        )
    }

    /// Sends a batch and takes the answer, which comes a second later.
    private func send(
        _ sending: inout Sending,
        _ outcome: Outbox.Load.Outcome,
        _ batch: Batch? = nil,
        at seconds: Double
    ) -> [Sending.Action] {
        let batch = batch ?? self.batch()
        sending.begin(Outbox.Load([(0, batch)]), at: at(seconds - 1))
        defer { sending.end() }
        return sending.note(outcome, of: batch, at: at(seconds), date)
    }

    private func news(_ actions: [Sending.Action]) -> [Uploader.News] {
        actions.compactMap { if case .say(let news) = $0 { news } else { nil } }
    }

    private func again(_ actions: [Sending.Action]) -> Int {
        actions.reduce(0) { if case .sendAgain(let batches) = $1 { $0 + batches.count } else { $0 } }
    }

    private let away = Outbox.Load.Outcome.postponed(reason: "away", retryAfter: nil)

    @Test("pauses after failures grow from half a second to at most two minutes, and end with the first success")
    func pauses() {
        var sending = Sending(counts: Uploader.Counts())
        var now = 10.0
        for failure in 0..<12 {
            _ = send(&sending, away, at: now)
            let nominal = min(Double(1 << failure), 120)
            #expect(!sending.mayTry(at: at(now + nominal * 0.49)), "failure \(failure)")
            #expect(sending.mayTry(at: at(now + nominal)), "failure \(failure)")
            now += 200
        }
        _ = send(&sending, .accepted, at: now)
        #expect(sending.mayTry(at: at(now)))
        _ = send(&sending, away, at: now)
        #expect(sending.mayTry(at: at(now + 1)), "the pauses begin anew")
    }

    @Test("who sends each minute pauses for five minutes at most")
    func longPauses() {
        let longest = FlushPace.every(.seconds(60)).longestPause
        var sending = Sending(counts: Uploader.Counts(), longestPause: longest)
        for failure in 0..<12 { _ = send(&sending, away, at: 10 + 1000 * Double(failure)) }
        #expect(!sending.mayTry(at: at(11_010 + 149)))
        #expect(sending.mayTry(at: at(11_010 + 300)))
        let paces: [FlushPace] = [.auto, .every(.seconds(1)), .every(.seconds(24))]
        #expect(paces.allSatisfy { $0.longestPause == .seconds(120) })
    }

    @Test("a server that says when to come back is not asked before, and who finishes asks at once")
    func retryAfter() {
        var sending = Sending(counts: Uploader.Counts())
        _ = send(&sending, .postponed(reason: "busy", retryAfter: .seconds(300)), at: 10)
        #expect(!sending.mayTry(at: at(309)) && sending.mayTry(at: at(310)))
        sending.finish()
        #expect(sending.mayTry(at: at(11)))
    }

    @Test("that readings wait is said once, and so is that they go again; at the end nothing is said")
    func says() {
        var sending = Sending(counts: Uploader.Counts())
        let first = send(&sending, away, at: 10)
        let second = send(&sending, away, at: 20)
        let back = send(&sending, .accepted, at: 30)
        let still = send(&sending, .accepted, at: 40)
        #expect(news(first) == [.waits(reason: "away", tries: 0)] && news(second).isEmpty)
        #expect(news(back) == [.takesAgain] && news(still).isEmpty)
        sending.finish()
        #expect(send(&sending, .postponed(reason: "gone", retryAfter: nil), at: 50).isEmpty)
    }

    @Test("what is counted is what happened")
    func counts() {
        var sending = Sending(counts: Uploader.Counts())
        _ = send(&sending, .accepted, batch(points: 5), at: 10)
        _ = send(&sending, .divided, at: 11)
        _ = send(&sending, .refused(reason: "bad"), batch(points: 1), at: 12)
        _ = send(&sending, away, at: 13)
        let counts = sending.counts
        #expect(counts.requests == 4 && counts.accepted == 5 && counts.rejected == 1 && counts.failures == 1)
        #expect(counts.lastWrite == .seconds(1) && counts.lastAccepted == date)
        #expect(counts.lastError == "away" && counts.lastErrorAt == date)
    }

    @Test("what is refused is kept aside each time and said once")
    func refused() {
        var sending = Sending(counts: Uploader.Counts())
        for (reason, isFirst) in [("bad", true), ("bad", false), ("worse", true), ("bad", false)] {
            let actions = send(&sending, .refused(reason: reason), batch(points: 1), at: 10)
            guard case .keepAside(let piece, let why, let isNews)? = actions.first, actions.count == 1 else {
                Issue.record("\(actions)")
                return
            }
            #expect(piece.points == 1 && why == reason && isNews == isFirst)
        }
    }

    @Test("a server that was away for three seconds is sent again what it took last, once; a moment costs nothing")
    func sendsAgain() {
        var sending = Sending(counts: Uploader.Counts())
        for second in 0..<3 { #expect(again(send(&sending, .accepted, at: Double(second))) == 0) }
        _ = send(&sending, away, at: 10)
        #expect(again(send(&sending, .accepted, at: 12)) == 0)
        _ = send(&sending, away, at: 20)
        _ = send(&sending, away, at: 22)
        #expect(again(send(&sending, .accepted, at: 23)) == 4)
        #expect(again(send(&sending, .accepted, at: 24)) == 0)
    }

    @Test("a policy that is missing is not tried for a quarter of a minute, and only what is for it goes to the disk")
    func misaddressed() {
        var sending = Sending(counts: Uploader.Counts())
        let missing = batch("m15")
        _ = send(&sending, .accepted, at: 9)
        let actions = send(&sending, .misaddressed(reason: "no such policy"), missing, at: 10)
        #expect(news(actions) == [.waits(reason: "no such policy", tries: 0)])
        #expect(sending.mayTry(at: at(10)))
        #expect(sending.shut(at: at(24)) == [missing.destination] && sending.shut(at: at(25)).isEmpty)
        let storing = sending.storing(at: at(24), patience: .seconds(5), lacksSpool: false)
        #expect(storing == .only([missing.destination]))
        let back = send(&sending, .accepted, missing, at: 30)
        #expect(news(back) == [.takesAgain] && again(back) == 1)
        #expect(sending.storing(at: at(31), patience: .seconds(5), lacksSpool: false) == .nothing)
    }

    @Test("all goes to the disk while the server is away, while a request takes long, and where the disk was not there")
    func storing() {
        var sending = Sending(counts: Uploader.Counts())
        func storing(_ seconds: Double, lacksSpool: Bool = false) -> Sending.Storing {
            sending.storing(at: at(seconds), patience: .seconds(5), lacksSpool: lacksSpool)
        }
        #expect(storing(0) == .nothing && storing(0, lacksSpool: true) == .everything)
        sending.begin(Outbox.Load([(0, batch())]), at: at(10))
        #expect(storing(15) == .nothing && storing(15.1) == .everything)
        #expect(sending.isAlive(at: at(189)) && !sending.isAlive(at: at(190)))
        sending.end()
        #expect(storing(200) == .nothing && sending.isAlive(at: at(500)))
        _ = send(&sending, away, at: 210)
        #expect(storing(211) == .everything)
    }

    @Test("a part that goes in many quick pieces is late as one that goes slowly is; the next part has its own time")
    func lateness() {
        var sending = Sending(counts: Uploader.Counts())
        var load = Outbox.Load([(0, batch("raw", points: 16)), (1, batch("m15"))])
        for second in 0..<8 {
            sending.begin(load, at: at(Double(second)))
            _ = sending.note(
                load.note(second < 4 ? .split : .accepted),
                of: batch(),
                at: at(Double(second) + 0.5),
                date
            )
        }
        #expect(load.numbers == [0, 1] && sending.isLate(at: at(8), after: .seconds(5)))
        while load.numbers.contains(0) { _ = load.note(.accepted) }
        sending.begin(load, at: at(8))
        #expect(!sending.isLate(at: at(12), after: .seconds(5)))
    }

    @Test("trouble with the disk is said when it begins and when it ends, and what is given up when it begins")
    func disk() {
        var disk = Uploader.StoreWatch()
        let full = "cannot write to /spool: No space left on device"
        let first = disk.note(full, lost: LostPoints(), at: at(0))
        let second = disk.note(full, lost: LostPoints(["m": 3]), at: at(1))
        let third = disk.note(full, lost: LostPoints(["m": 9]), at: at(2))
        let last = disk.note(nil, lost: LostPoints(["m": 9]), at: at(3))
        #expect(first == [.cannotStore(reason: full)] && second == [.givesUp(LostPoints(["m": 3]))])
        #expect(third.isEmpty && last == [.storesAgain])
    }
}
