import MeterCore

/// The answers that may still come to earlier requests, and those that may come twice.
///
/// On most lines an answer does not say which question it answers. So nothing else is asked until those to earlier
/// requests have come, or can come no more; and an answer that is, byte for byte, what was just said to another question
/// is asked for once more. A line on which each request is answered at once never waits and is asked nothing twice, but
/// where two of its values happen to have become equal.
struct LateAnswers: Sendable {
    /// The number of answers that are remembered for each mark; more than any device gives within three time-outs.
    private static let mostAnswers = 64
    /// The length from which on an answer says something: an acknowledgement of M-Bus is the same to all questions.
    private static let shortestValue = 2

    /// An answer that was taken, and its question.
    private struct Said: Sendable {
        var request: [UInt8]
        var answer: [UInt8]
        var time: Uptime
    }

    /// What one device still owes.
    private struct Debt: Sendable {
        /// Requests that were sent and not answered.
        var owed = 0
        /// The time until which they may be answered.
        var until: Uptime
        /// True when an answer came since; until then nothing tells that the device is there.
        var hasSpoken = false
    }

    private var debts: [AnswerMark: [ObjectIdentifier: Debt]] = [:]
    private var said: [AnswerMark: [Said]] = [:]

    /// The time until which a device may be asked nothing new; `nil` when that may be now.
    ///
    /// What others with the same mark owe counts only until it can come no more: a dead one is not waited for again.
    mutating func wait(before mark: AnswerMark, of device: ObjectIdentifier, at now: Uptime) -> Uptime? {
        guard let all = debts[mark] else { return nil }
        let ends = all.values.filter { $0.owed > 0 && now < $0.until }.map(\.until)
        if let own = all[device], own.hasSpoken, now >= own.until { debts[mark]?[device] = nil }
        return ends.max()
    }

    /// Notes a request; its answer may come until the time given.
    mutating func asked(_ mark: AnswerMark, of device: ObjectIdentifier, until: Uptime) {
        guard mark.isAmbiguous else { return }
        var debt = debts[mark]?[device] ?? Debt(until: until)
        debt.owed = min(debt.owed + 1, 1000)
        debt.until = max(debt.until, until)
        debt.hasSpoken = false
        debts[mark, default: [:]][device] = debt
    }

    /// Notes an answer; while others are still owed they get some time more.
    mutating func answered(_ mark: AnswerMark, of device: ObjectIdentifier, at now: Uptime, patience: Duration) {
        guard var debt = debts[mark]?[device] else { return }
        debt.owed = max(debt.owed - 1, 0)
        debt.hasSpoken = true
        if debt.owed > 0 { debt.until = max(debt.until, now + patience) }
        debts[mark]?[device] = debt
    }

    /// Notes that one answer more may come until the time given, since the last one was that to another question.
    mutating func expectAnother(_ mark: AnswerMark, of device: ObjectIdentifier, until: Uptime) {
        guard var debt = debts[mark]?[device] else { return }
        debt.owed += 1
        debt.until = max(debt.until, until)
        debts[mark]?[device] = debt
    }

    /// True when an answer may be a copy of what was said to another question since a time, or just before this one.
    ///
    /// It is none when the question itself had that answer last: then nothing has changed by it.
    func mayBeCopy(_ answer: [UInt8], of request: [UInt8], _ mark: AnswerMark, since: Uptime) -> Bool {
        guard answer.count >= Self.shortestValue, let said = said[mark], let last = said.last else { return false }
        if let own = said.last(where: { $0.request == request }), own.answer == answer { return false }
        return said.contains { other in
            other.answer == answer && other.request != request && (other.time >= since || other.time == last.time)
        }
    }

    /// Remembers an answer that was taken, and forgets those that can come twice no more: all but each question's last.
    mutating func took(_ answer: [UInt8], to request: [UInt8], _ mark: AnswerMark, at now: Uptime, since: Uptime) {
        guard mark.isAmbiguous, answer.count >= Self.shortestValue else { return }
        var all = said.removeValue(forKey: mark) ?? []
        all.removeAll { $0.time < since && $0.request == request }
        if all.count >= Self.mostAnswers { all.removeFirst() }
        all.append(Said(request: request, answer: answer, time: now))
        said[mark] = all
    }
}
