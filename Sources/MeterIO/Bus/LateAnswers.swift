import MeterCore

/// The answers that may still come to earlier requests, and those that may come twice.
///
/// On most lines an answer does not say which question it answers. So nothing else is asked until those to earlier
/// requests have come, or can come no more; and an answer that is, byte for byte, what was just said to another question
/// is asked for once more. A line on which each request is answered at once never waits and is asked nothing twice, but
/// where two of its values happen to have become equal.
struct LateAnswers: Sendable {
    /// The number of questions whose answers are remembered for each mark; more than any device is asked in a round.
    private static let mostQuestions = 64
    /// The length up to which an answer is no value: an acknowledgement of M-Bus, a refusal of Modbus.
    private static let shortestValue = 6

    /// A question and the last answer to it.
    private struct Said: Sendable {
        var request: [UInt8]
        var answer: [UInt8]
        var time: Uptime
    }

    /// All that speak with one mark.
    private struct Speaker: Sendable {
        /// Requests that were sent and not answered.
        var owed = 0
        /// The time until which they may be answered.
        var until: Uptime
        /// True when an answer came since; until then nothing tells that the speaker is there.
        var hasSpoken = false
        var said: [Said] = []
    }

    private var speakers: [AnswerMark: Speaker] = [:]

    /// The time until which nothing new may be asked; `nil` when that may be now.
    mutating func wait(before mark: AnswerMark, at now: Uptime) -> Uptime? {
        guard let speaker = speakers[mark], speaker.owed > 0 else { return nil }
        if now < speaker.until { return speaker.until }
        if speaker.hasSpoken { speakers[mark]?.owed = 0 }
        return nil
    }

    /// Notes a request; its answer may come until the time given.
    mutating func asked(_ mark: AnswerMark, until: Uptime) {
        guard mark.isAmbiguous else { return }
        var speaker = speakers[mark] ?? Speaker(until: until)
        speaker.owed = min(speaker.owed + 1, 1000)
        speaker.until = max(speaker.until, until)
        speaker.hasSpoken = false
        speakers[mark] = speaker
    }

    /// Notes an answer; while others are still owed they get some time more.
    mutating func answered(_ mark: AnswerMark, at now: Uptime, patience: Duration) {
        guard var speaker = speakers[mark] else { return }
        speaker.owed = max(speaker.owed - 1, 0)
        speaker.hasSpoken = true
        if speaker.owed > 0 { speaker.until = max(speaker.until, now + patience) }
        speakers[mark] = speaker
    }

    /// Notes that one answer more may come until the time given, since the last one was that to another question.
    mutating func expectAnother(_ mark: AnswerMark, until: Uptime) {
        guard var speaker = speakers[mark] else { return }
        speaker.owed += 1
        speaker.until = max(speaker.until, until)
        speakers[mark] = speaker
    }

    /// True when an answer may be a copy of what was said to another question within the last time given.
    ///
    /// It is none when the question had that answer before, too: then nothing has changed by it.
    func mayBeCopy(_ answer: [UInt8], of request: [UInt8], _ mark: AnswerMark, since: Uptime) -> Bool {
        guard answer.count >= Self.shortestValue, let said = speakers[mark]?.said else { return false }
        var isCopy = false
        for other in said where other.answer == answer {
            if other.request == request { return false }
            if other.time >= since { isCopy = true }
        }
        return isCopy
    }

    /// Remembers an answer that was taken.
    mutating func took(_ answer: [UInt8], to request: [UInt8], _ mark: AnswerMark, at now: Uptime) {
        guard answer.count >= Self.shortestValue, var speaker = speakers.removeValue(forKey: mark) else { return }
        let new = Said(request: request, answer: answer, time: now)
        if let place = speaker.said.firstIndex(where: { $0.request == request }) {
            speaker.said[place] = new
        } else {
            if speaker.said.count >= Self.mostQuestions { speaker.said.removeFirst() }
            speaker.said.append(new)
        }
        speakers[mark] = speaker
    }
}
