import Logging
import MeterCore
import MeterDocuments
import MeterIO
import MeterNotation
import Synchronization

/// A device that posts: who it is, what it may send, and what becomes of it.
final class PushDevice: Sendable {
    private struct State {
        var reader: PushReader
        var allowance: Allowance
        var alarm = Alarm()
        var token: (value: PushToken, readAt: Uptime)?
    }

    /// A new token is known after so many seconds.
    private static let tokenAge = 5.0

    let context: SourceContext
    private let settings: PushSettings
    private let receiver: any PointReceiver
    private let state: Mutex<State>

    init(_ settings: PushSettings, _ context: SourceContext, _ receiver: any PointReceiver) {
        self.settings = settings
        self.context = context
        self.receiver = receiver
        let rate = Double(settings.postsPerMinute)
        let allowance = Allowance(perSecond: rate / 60, most: rate)
        state = Mutex(State(reader: PushReader(settings, context), allowance: allowance))
    }

    /// Where it posts to.
    var path: String { "/push/\(context.name)" }

    /// Whether a token is the device's.
    ///
    /// - Throws: a sentence when the device's own cannot be read.
    func isKnown(by token: [UInt8]) throws -> Bool {
        try state.withLock { state in
            if let known = state.token, Uptime.now.seconds(since: known.readAt) < Self.tokenAge {
                return known.value.matches(token)
            }
            state.token = nil
            guard let secret = settings.token else { return false }
            let value = try PushToken(in: secret)
            state.token = (value, .now)
            return value.matches(token)
        }
    }

    /// Says what is to be done with a request that has the device's token and path.
    func judge(_ head: borrowing RequestHead) -> RequestVerdict {
        let values = head.question.filter { $0.name != "token" }
        switch head.method {
        case "POST": break
        case "GET" where settings.format == .form: break
        default:
            let allowed = settings.format == .form ? "POST, GET" : "POST"
            let answer = ServedAnswer(405, "readings are sent with \(allowed)", headers: [("Allow", allowed)])
            return .refuse(noted(answer))
        }
        if let coding = head.header("content-encoding"), coding.lowercased() != "identity" {
            return .refuse(noted(ServedAnswer(415, "\(coding) is not taken; send it as it is")))
        }
        if let type = head.header("content-type"), !isTaken(type) {
            let answer = ServedAnswer(415, "\(type) is not \(settings.format.rawValue), which this device should send")
            return .refuse(noted(answer))
        }
        if let length = head.header("content-length").flatMap({ Int($0) }), length > settings.largest {
            let most = ByteCountText.format(settings.largest)
            return .refuse(noted(ServedAnswer(413, "that is more than the \(most) that are taken at once")))
        }
        guard state.withLock({ $0.allowance.take() }) else {
            let sentence = "that is more than \(settings.postsPerMinute) posts a minute"
            return .refuse(noted(ServedAnswer(429, sentence, headers: [("Retry-After", "60")])))
        }
        let form = values.map { FormValue(name: $0.name, text: $0.text) }
        return .take(largest: settings.largest) { body in self.take(body, form) }
    }

    /// Small devices often do not say, or say something else.
    private func isTaken(_ header: String) -> Bool {
        let type = header.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
        let vague = ["", "text/plain", "application/octet-stream", "application/x-www-form-urlencoded"]
        if vague.contains(type) { return true }
        return switch settings.format {
        case .json: type.hasSuffix("json")
        case .xml: type.hasSuffix("xml")
        case .csv: type.hasSuffix("csv")
        case .text: type.hasPrefix("text/")
        case .form, .line: false
        }
    }

    private func take(_ body: [UInt8], _ values: [FormValue]) -> ServedAnswer {
        let now = Moment.now
        let reading: FieldReading
        do {
            reading = try state.withLock { try $0.reader.reading(of: body, with: values, at: now) }
        } catch {
            return noted(ServedAnswer(400, "\(error)"))
        }
        if reading.points.isEmpty, !reading.problems.isEmpty {
            return noted(ServedAnswer(400, reading.problems.joined(separator: "; ")))
        }
        context.status.didRead(at: now.time, held: reading.held)
        for point in reading.points { receiver.append(point) }
        if reading.problems.isEmpty {
            if state.withLock({ $0.alarm.clear() }) { context.logger.info("The device sends what it should again") }
            return ServedAnswer(204, "")
        }
        let sentence = "taken, but for " + reading.problems.joined(separator: "; ")
        return noted(ServedAnswer(200, sentence))
    }

    /// Counts what is not taken, or not whole, and says it once.
    private func noted(_ answer: ServedAnswer) -> ServedAnswer {
        context.status.update { status in
            status.errors += 1
            status.lastError = "a post was answered \(answer.status): \(answer.sentence)"
            status.lastErrorAt = Timestamp.now().seconds
            if answer.status >= 400 { status.quality["posts refused", default: 0] += 1 }
        }
        if state.withLock({ $0.alarm.raise("\(answer.status)") != nil }) {
            context.logger.warning("The device sends what is not taken", metadata: ["reason": "\(answer.sentence)"])
        }
        return answer
    }

    /// Counts a request to its path with another token or none.
    func noteStranger() {
        context.status.update { $0.quality["posts without its token", default: 0] += 1 }
    }

    /// Notes that its own token cannot be read.
    func noteBadToken(_ error: any Error) {
        context.status.didFail("\(error)")
        if state.withLock({ $0.alarm.raise("\(error)") != nil }) {
            context.logger.error("The device cannot be let in", metadata: ["reason": "\(error)"])
        }
    }
}
