import Logging
import MeterCore
import MeterDocuments
import MeterIO
import MeterNotation
import Synchronization

/// A device that posts: its token, its limits and the treatment of its readings.
final class PushDevice: Sendable {
    /// The part that requests change, under the lock.
    private struct State {
        /// Makes readings of posts.
        var reader: PushReader
        /// The posts that may still come: `posts_per_minute`, with a minute's worth at once.
        var allowance: Allowance
        /// Raised while posts are refused.
        var alarm = Alarm()
        /// The token, or the reason for which there is none; and the time at which its file was read.
        var token: (value: Result<PushToken, any Error>, readAt: Uptime)?
    }

    /// What a token that a request offers is to the device.
    enum Acquaintance {
        case known, stranger
        /// Not the token of some seconds ago; its file is read again now.
        case unsure
    }

    /// A large post that waits to be read.
    private struct Post: Sendable {
        var body: [UInt8]
        var values: [FormValue]
        var reply: ServedReply
    }

    /// Maximum number of large posts that wait, 4: each may have 4 MB.
    private static let mostWaiting = 4
    /// The age in seconds, 5, after which the token's file is read again: a new token needs no restart.
    private static let tokenAge = 5.0

    /// The name, log and status of the source.
    let context: SourceContext
    /// The settings of the source.
    private let settings: PushSettings
    /// Takes the points.
    private let receiver: any PointReceiver
    /// The large posts, which are read one after the other beside the event loop; at most `mostWaiting` wait.
    private let posts: AsyncStream<Post>
    private let waiting: AsyncStream<Post>.Continuation
    /// The place where they are read.
    private let desk = ReadingDesk()
    /// The wish that the token's file is read again.
    private let tokenWishes: AsyncStream<Void>
    private let wishing: AsyncStream<Void>.Continuation
    /// The mutable state.
    private let state: Mutex<State>

    /// Begins with nothing posted; nobody is let in before `readToken()`.
    init(_ settings: PushSettings, _ context: SourceContext, _ receiver: any PointReceiver) {
        self.settings = settings
        self.context = context
        self.receiver = receiver
        let rate = Double(settings.postsPerMinute)
        let allowance = Allowance(perSecond: rate / 60, most: rate)
        state = Mutex(State(reader: PushReader(settings, context), allowance: allowance))
        (posts, waiting) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.mostWaiting))
        (tokenWishes, wishing) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// The path that it posts to, `/push/NAME`.
    var path: String { "/push/\(context.name)" }

    /// What a token is to the device, by the device's own as it was read last.
    ///
    /// - Throws: `SecretError` or `PayloadError` when that could not be read or is too short.
    func acquaintance(with token: [UInt8]) throws -> Acquaintance {
        let isOld = renewToken()
        guard let own = state.withLock({ $0.token?.value }) else { return .unsure }
        return try own.get().matches(token) ? .known : isOld ? .unsure : .stranger
    }

    /// Has the token's file read again when that is some seconds ago: a new token needs no restart.
    ///
    /// - Returns: true when it is.
    @discardableResult
    func renewToken() -> Bool {
        let readAt = state.withLock { $0.token?.readAt }
        guard readAt.map({ Uptime.now.seconds(since: $0) >= Self.tokenAge }) ?? true else { return false }
        wishing.yield()
        return true
    }

    /// Reads the token's file whenever somebody wishes it, until the task is cancelled.
    func keepToken() async {
        for await _ in tokenWishes { await readToken() }
    }

    /// Reads the token's file, beside the event loop; while its disk is stuck the token of before holds.
    func readToken() async {
        guard let secret = settings.token else { return }
        let value: Result<PushToken, any Error>
        do {
            value = .success(try PushToken(try await secret.fetch(), in: secret.file))
        } catch let error as SecretError where error.isStuck {
            value = state.withLock { $0.token?.value } ?? .failure(error)
        } catch {
            value = .failure(error)
        }
        state.withLock { $0.token = (value, .now) }
    }

    /// Decides about a request that has the device's token and path, before its body is read.
    ///
    /// The refusals are 405 for another method, 413 for a body too large, 415 for another format and 429 for too many
    /// posts.
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
        return .take(largest: settings.largest) { body, reply in
            guard body.count > ReadingDesk.smallDocument else { return self.answer(to: body, form) }
            if case .enqueued = self.waiting.yield(Post(body: body, values: form, reply: reply)) { return nil }
            let sentence = "\(Self.mostWaiting) large posts wait to be read already"
            return self.noted(ServedAnswer(503, sentence, headers: [("Retry-After", "10")]))
        }
    }

    /// True for the format's own content type and for vague ones: small devices often send none, or another one.
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

    /// Reads the large posts, until the task is cancelled.
    func readPosts() async {
        for await post in posts {
            let now = Moment.now
            let reader = state.withLock { $0.reader }
            do {
                let content = try await desk.read(post.body.count) {
                    try reader.content(of: post.body, with: post.values, at: now)
                }
                // Small posts may have come meanwhile.
                post.reply.send(answer(with: state.withLock { $0.reader.reading(of: content, at: now) }, at: now))
            } catch is CancellationError {
                return
            } catch {
                post.reply.send(noted(ServedAnswer(error is ReadingError ? 503 : 400, "\(error)")))
            }
        }
    }

    /// Reads a small body at once.
    private func answer(to body: [UInt8], _ values: [FormValue]) -> ServedAnswer {
        let now = Moment.now
        do {
            return answer(with: try state.withLock { try $0.reader.reading(of: body, with: values, at: now) }, at: now)
        } catch {
            return noted(ServedAnswer(400, "\(error)"))
        }
    }

    /// Hands a reading over.
    ///
    /// - Returns: 204 when all was taken, 200 with a sentence when some values were not, 400 when none was.
    private func answer(with reading: FieldReading, at now: Moment) -> ServedAnswer {
        if reading.points.isEmpty, !reading.problems.isEmpty {
            return noted(ServedAnswer(400, reading.problemsInWords))
        }
        context.status.didRead(at: now.time, held: reading.held)
        for point in reading.points { receiver.append(point) }
        if reading.problems.isEmpty {
            if state.withLock({ $0.alarm.clear() }) { context.logger.info("The device sends what it should again") }
            return ServedAnswer(204, "")
        }
        let sentence = "taken, but for " + reading.problemsInWords
        return noted(ServedAnswer(200, sentence))
    }

    /// Counts an answer that takes a post not at all or not whole, and logs it once.
    private func noted(_ answer: ServedAnswer) -> ServedAnswer {
        context.status.update { status in
            status.errors += 1
            status.lastError = "a post was answered \(answer.status): \(answer.sentence)"
            status.lastErrorAt = Timestamp.now().seconds
            if answer.status >= 400 { status.quality["posts refused", default: 0] += 1 }
        }
        if let repeats = state.withLock({ $0.alarm.raise(answer.sentence) }) {
            context.logger.warning("The device sends what is not taken", reason: answer.sentence, repeats: repeats)
        }
        return answer
    }

    /// Counts a request to its path with another token or none; nothing is logged, since anybody can send these.
    func noteStranger() {
        context.status.update { $0.quality["posts without its token", default: 0] += 1 }
    }

    /// Notes that the device's own token cannot be read.
    func noteBadToken(_ error: any Error) {
        context.status.didFail("\(error)")
        if state.withLock({ $0.alarm.raise("\(error)") != nil }) {
            context.logger.error("The device cannot be let in", metadata: ["reason": "\(error)"])
        }
    }
}
