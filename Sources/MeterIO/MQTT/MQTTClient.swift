import CLinux
import CMQTT
import Glibc
import MeterCore
import MeterNotation
import Synchronization

/// Hears what an MQTT broker sends and tells it what we say, on a thread of its own; comes back after each outage.
///
/// Looking up a name and connecting block for as long as they like, which is nobody else's trouble here. There is no
/// queue: what is not taken yet waits at the broker.
public final class MQTTClient: @unchecked Sendable {
    // Safe because: all but the atomic values and the bells is only touched by the client's own thread once it runs.

    /// An event that the client tells its owner, on the client's thread.
    public enum Event {
        /// The broker took us in, and was asked for the topics.
        case connected
        /// A message; the bytes are only valid meanwhile. A retained one may be of any age.
        case message(topic: String, payload: UnsafeRawBufferPointer, isRetained: Bool)
        /// A message so much larger than what is wanted that it was not even heard.
        case tooLarge
        /// A failure as a sentence; it is tried again after 1 s to 60 s.
        case failed(String)
    }

    /// The wishes of a client.
    public struct Request: Sendable {
        /// The broker to connect to.
        public var broker: MQTTBroker
        /// The name by which the broker knows this client; another one of the same name throws it out.
        public var identifier: String
        /// MQTT's own filters, such as `tele/+/SENSOR`; each is subscribed to.
        public var topics: [String]
        /// MQTT's QoS, 0 to 2: the effort of the broker to deliver.
        public var quality: Int
        /// The topic at which others read our presence, `online` or `offline`; `nil` for none.
        ///
        /// The broker keeps it, and says `offline` itself when we are gone without a word (the will).
        public var presence: String?
        /// The largest message that is wanted, in bytes.
        ///
        /// A broker that speaks MQTT 5 keeps much larger ones to itself, from others they are not taken: see `MQTTRelay`.
        public var largest: Int
        /// The question without which a device falls silent; `nil` for one that speaks by itself.
        public var question: Question?

        /// An empty message that is sent again and again.
        public struct Question: Sendable, Hashable {
            /// The topic on which the device hears it.
            public var topic: String
            /// The interval in seconds, 10 s at least.
            public var every: Double

            /// Makes a question.
            public init(topic: String, every: Double) { (self.topic, self.every) = (topic, every) }
        }

        /// Makes the wishes of a client.
        public init(
            broker: MQTTBroker,
            identifier: String,
            topics: [String],
            quality: Int,
            presence: String? = nil,
            largest: Int,
            question: Question? = nil
        ) {
            self.question = question
            (self.broker, self.identifier, self.topics) = (broker, identifier, topics)
            (self.quality, self.presence, self.largest) = (quality, presence, largest)
        }
    }

    /// Seconds of silence after which the client pings.
    private static let keepAlive: CInt = 30
    /// The seconds that a broker may take to answer once there is a connection.
    private static let patience = 15.0
    /// The bytes that a packet may have besides its message: a topic of 64 KiB, and room.
    private static let largestHead = 128 << 10

    private let request: Request
    private let credentials: @Sendable () throws -> (user: String, password: String)?
    private let tell: @Sendable (Event) -> Void
    private let speak: (@Sendable (MQTTVoice) throws -> Duration)?
    private let bell: Bell
    /// Rung when the thread has ended.
    private let end: Bell
    private let isStopping = Atomic(false)
    /// True while there is a broker to say goodbye to.
    private let isWelcome = Atomic(false)
    /// The broker's answer to the connection; `nil` until it comes.
    private var answer: CInt?
    /// The seconds of silence after which the client pings, `keepAlive` or fewer where the broker says so.
    private var silence = MQTTClient.keepAlive
    /// The number of topics that the broker does not let us read.
    private var refusedTopics = 0
    /// The messages of `speak` that the broker has not taken yet.
    private var untaken = 0
    /// True when the broker has refused one of them.
    private var mayNotSpeak = false
    /// The words of OpenSSL on a failure, since the codes do not tell a wrong certificate from another fault.
    private var lastWords = ""
    /// True while MQTT 5 is spoken, until the broker says that it does not know it.
    private var isFive = true
    /// Holds back what is too large while MQTT 3.1.1 is spoken.
    private var relay: MQTTRelay?

    /// Prepares a client.
    ///
    /// - Parameters:
    ///   - request: the broker and the topics.
    ///   - credentials: read anew at each connection.
    ///   - speak: publishes, while the broker has taken all that was said before, and returns when it wants to again; it
    ///     says our presence then, too. `nil` for a client that only hears.
    ///   - tell: hears of events, on the client's thread.
    /// - Throws: a sentence when libmosquitto or a descriptor is missing.
    public init(
        _ request: Request,
        credentials: @escaping @Sendable () throws -> (user: String, password: String)?,
        speak: (@Sendable (MQTTVoice) throws -> Duration)? = nil,
        tell: @escaping @Sendable (Event) -> Void
    ) throws {
        guard cmqtt_is_there() else {
            throw MQTTError("MQTT needs libmosquitto; install it with: sudo apt install libmosquitto1")
        }
        self.request = request
        self.credentials = credentials
        self.tell = tell
        self.speak = speak
        bell = try Bell()
        end = try Bell()
    }

    /// Starts the thread, which ends after `stop()` and keeps the client alive until then.
    ///
    /// - Throws: `SystemError` when the system has no thread left.
    public func start() throws {
        let code = clinux_start_thread(
            "mqtt",
            512 << 10,
            { context in
                if let context { Unmanaged<MQTTClient>.fromOpaque(context).takeRetainedValue().work() }
            },
            Unmanaged.passRetained(self).toOpaque()
        )
        guard code == 0 else {
            Unmanaged.passUnretained(self).release()
            throw SystemError("start", on: "a thread for MQTT", code: code)
        }
    }

    /// Says goodbye and ends the thread, as soon as it is not connecting any more; tells nothing from now on.
    public func stop() {
        isStopping.store(true, ordering: .releasing)
        bell.ring()
    }

    /// Says goodbye as `stop` does, and waits until that is said, or for so long: a broker that hangs does not hear it.
    ///
    /// It holds up its caller; without a connection there is nothing to wait for.
    public func stop(within patience: Duration) {
        stop()
        guard isWelcome.load(ordering: .acquiring) else { return }
        var state = pollfd(fd: end.fileDescriptor, events: Int16(POLLIN), revents: 0)
        poll(&state, 1, CInt(patience / .milliseconds(1)))
    }

    // MARK: - The thread

    private var isOver: Bool { isStopping.load(ordering: .acquiring) }

    private func work() {
        defer { end.ring() }
        var backoff = Backoff(first: .seconds(1), longest: .seconds(60))
        while !isOver {
            do {
                try listen(&backoff)
            } catch is TooNew {
                isFive = false
                continue
            } catch {
                guard !isOver else { return }
                tell(.failed("\(error)"))
            }
            if !isOver { _ = wait([], for: backoff.next()) }
        }
    }

    /// Connects and hears messages until the connection is lost or it is time to stop.
    private func listen(_ backoff: inout Backoff) throws {
        (answer, refusedTopics, lastWords, silence) = (nil, 0, "", Self.keepAlive)
        (untaken, mayNotSpeak) = (0, false)
        var calls = Self.calls
        guard let client = cmqtt_new(request.identifier, &calls, Unmanaged.passUnretained(self).toOpaque()) else {
            throw MQTTError("libmosquitto has no memory")
        }
        defer { cmqtt_free(client) }
        try prepare(client)
        let broker = request.broker
        let (host, port) = (broker.address.host, CInt(broker.address.port))
        let most = request.largest + Self.largestHead
        try check(cmqtt_connect(client, host, port, Self.keepAlive, isFive, UInt32(most)))
        if !isFive { relay = try MQTTRelay(cmqtt_socket(client), largest: most, isEncrypted: broker.usesTLS) }
        defer {
            relay = nil
            isWelcome.store(false, ordering: .releasing)
        }
        let startedAt = Uptime.now
        var isIn = false
        var askedAt: Uptime?
        var speechPause = Duration.seconds(1)
        while !isOver {
            let socket = cmqtt_socket(client)
            guard socket >= 0 else { throw gone() }
            let wanted = Int16(cmqtt_wants_to_write(client) ? POLLIN | POLLOUT : POLLIN)
            let states = [pollfd(fd: socket, events: wanted, revents: 0)] + (relay?.wishes ?? [])
            let ready = wait(states, for: min(pause(isIn, askedAt), speechPause))
            // While the broker has not taken all of it, its answers wake us.
            speechPause = .seconds(1)
            try hearRelay()
            if ready & Int16(POLLOUT) != 0 { try check(cmqtt_write(client)) }
            if ready & ~Int16(POLLOUT) != 0 {
                // For each message that the broker has taken the library may send one that waits.
                if untaken > 0 { gather(client, true) }
                try check(cmqtt_read(client))
                if untaken > 0 { gather(client, false) }
            }
            try check(cmqtt_look(client))
            if let answer, !isIn {
                try checkAnswer(answer)
                isIn = true
                isWelcome.store(true, ordering: .releasing)
                try enter(client)
                backoff.reset()
            }
            if isIn, let question = request.question, secondsToQuestion(askedAt) <= 0 {
                askedAt = .now
                try check(cmqtt_say(client, question.topic, ""))
            }
            if isIn, untaken == 0 {
                speechPause = try speak?(voice(client)) ?? .seconds(Self.keepAlive)
                if untaken > 0 { gather(client, false) }
            }
            if mayNotSpeak, speak != nil {
                throw MQTTError("\(broker) does not let us publish; may this user write there?")
            }
            if answer == nil, Uptime.now.seconds(since: startedAt) > Self.patience {
                throw MQTTError("\(broker) takes the connection and says nothing; is it an MQTT broker?")
            }
            if refusedTopics > 0 {
                throw MQTTError(
                    "\(broker) does not let us read \(request.topics.joined(separator: ", ")); may this user?"
                )
            }
        }
        // Behind messages that the broker has not taken ours would come too late; without a goodbye it says so itself.
        guard untaken == 0 else { return }
        if isIn, let presence = request.presence { _ = cmqtt_publish(client, presence, "offline") }
        _ = cmqtt_disconnect(client)
        _ = cmqtt_write(client)
        try hearRelay()
    }

    /// The time after which there is something to do although nothing came.
    ///
    /// A ping is late by that much, and a broker waits for it half as long again as the silence (MQTT 5, 3.1.2.10): five
    /// seconds of that are for a busy machine and the way.
    private func pause(_ isIn: Bool, _ askedAt: Uptime?) -> Duration {
        guard isIn else { return .seconds(1) }
        return .seconds(min(max(1, Double(silence) / 2 - 5), Double(silence) / 3, secondsToQuestion(askedAt)))
    }

    /// The seconds until the device is to be asked again; without end where it needs no question.
    private func secondsToQuestion(_ askedAt: Uptime?) -> Double {
        guard let question = request.question else { return .infinity }
        return askedAt.map { question.every - Uptime.now.seconds(since: $0) } ?? 0
    }

    /// Lets the relay work, where there is one, and tells what it held back.
    private func hearRelay() throws {
        for _ in try relay?.work() ?? [] where !isOver { tell(.tooLarge) }
    }

    /// Gives the client its user, its will and its certificates, all before it connects.
    private func prepare(_ client: UnsafeMutableRawPointer) throws {
        if let (user, password) = try credentials() { try check(cmqtt_set_user(client, user, password)) }
        if let presence = request.presence { try check(cmqtt_set_will(client, presence, "offline")) }
        guard request.broker.usesTLS else { return }
        if let file = request.broker.certificateFile, let problem = DiskFile.problem(reading: file) {
            throw SystemError("read", on: "the certificates in \(file)", code: problem.code)
        }
        let folder = request.broker.certificateFile == nil ? "/etc/ssl/certs" : nil
        let takesAny = !request.broker.verifiesCertificate
        try check(cmqtt_set_tls(client, request.broker.certificateFile, folder, takesAny))
    }

    /// Subscribes, and says that we are there.
    private func enter(_ client: UnsafeMutableRawPointer) throws {
        for topic in request.topics { try check(cmqtt_subscribe(client, topic, CInt(request.quality))) }
        // Whoever speaks says so when all is said.
        if let presence = request.presence, speak == nil { try check(cmqtt_publish(client, presence, "online")) }
        tell(.connected)
    }

    private func voice(_ client: UnsafeMutableRawPointer) -> MQTTVoice {
        MQTTVoice(client) {
            try self.check($0)
        } note: {
            if self.untaken == 0 { self.gather(client, true) }
            self.untaken += 1
        }
    }

    /// Holds small messages back in the kernel, to be sent as one: each by itself costs its way through the network.
    private func gather(_ client: UnsafeMutableRawPointer, _ isOn: Bool) {
        var value: CInt = isOn ? 1 : 0
        let size = socklen_t(MemoryLayout.size(ofValue: value))
        setsockopt(cmqtt_socket(client), CInt(IPPROTO_TCP), TCP_CORK, &value, size)
    }

    /// Waits for descriptors or the bell.
    ///
    /// - Returns: the events of the first descriptor.
    private func wait(_ descriptors: [pollfd], for pause: Duration) -> Int16 {
        var states = descriptors + [pollfd(fd: bell.fileDescriptor, events: Int16(POLLIN), revents: 0)]
        let milliseconds = CInt(min(max(pause / .milliseconds(1), 0), 3_600_000).rounded(.up))
        guard poll(&states, nfds_t(states.count), milliseconds) > 0 else { return 0 }
        return descriptors.isEmpty ? 0 : states[0].revents
    }

    // MARK: - Failures

    /// Makes a sentence of an error of libmosquitto, with `errno` where that has the cause.
    private func check(_ code: CInt) throws {
        guard code != 0 else { return }
        let cause = errno
        let broker = request.broker
        if let answer { try checkAnswer(answer) }
        // Newer libmosquittos, such as 2.0.21, take an old broker's answer for a torn one of MQTT 5.
        if isFive, answer == nil, cmqtt_is_malformed(code) { throw TooNew() }
        if cmqtt_is_unknown_name(code) {
            throw MQTTError("no machine is called \(broker.address.host); check the name of the broker")
        }
        if cmqtt_is_tls_error(code) || lastWords.contains("OpenSSL Error") { throw distrust() }
        if cmqtt_is_system_error(code), isAbsence(cause) {
            throw MQTTError(
                "nothing answers at \(broker); is the broker running there? (\(String(cString: strerror(cause))))"
            )
        }
        if cmqtt_is_system_error(code), cause != 0 {
            throw SystemError("speak to", on: "the broker \(broker)", code: cause)
        }
        throw gone("\(String(cString: cmqtt_text(code)))")
    }

    /// True for the errors of a machine or a port at which nothing answers.
    private func isAbsence(_ code: CInt) -> Bool {
        [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, ETIMEDOUT].contains(code)
    }

    private func gone(_ why: String? = nil) -> MQTTError {
        MQTTError(
            "\(request.broker) closed the connection\(why.map { " (\($0))" } ?? ""); another client with our name?"
        )
    }

    /// The error when TLS fails: a certificate that is not trusted, or no TLS at all.
    private func distrust() -> MQTTError {
        let broker = request.broker
        guard lastWords.contains("certificate verify failed") else {
            return MQTTError(
                "\(broker) does not speak TLS as we do; is that its port for TLS, usually 8883? (\(lastWords))"
            )
        }
        return MQTTError(
            "\(broker) shows a certificate that is not trusted, or is for another name; name the certificate of its maker "
                + "in ca_file, and use the name that it is for"
        )
    }

    /// The sign that the broker knows MQTT 3.1.1 only.
    private struct TooNew: Error {}

    /// Throws a refusal; 0 is the answer of a broker that lets us in.
    private func checkAnswer(_ answer: CInt) throws {
        if isFive, cmqtt_is_too_new(answer) { throw TooNew() }
        guard answer == 0 else { throw refusal(answer) }
    }

    /// The sentence for a refusal: 1 to 5 are the answers of MQTT 3.1.1, from 128 on those of MQTT 5.
    private func refusal(_ code: CInt) -> MQTTError {
        let broker = request.broker
        return switch code {
        case 4, 5, 134, 135: MQTTError("\(broker) refuses the user name or the password")
        case 3, 136, 137: MQTTError("\(broker) is not ready for clients yet")
        case 2, 133: MQTTError("\(broker) refuses our name, \(request.identifier); write another one in client_id")
        default: MQTTError("\(broker) lets us not in (answer \(code))")
        }
    }

    // MARK: - Calls of libmosquitto

    private static func client(_ context: UnsafeMutableRawPointer) -> MQTTClient {
        Unmanaged<MQTTClient>.fromOpaque(context).takeUnretainedValue()
    }

    private static let calls = cmqtt_calls(
        connected: { context, code, silence in
            let client = MQTTClient.client(context)
            client.answer = code
            if silence > 0 { client.silence = min(client.silence, silence) }
            client.relay?.noteMessage()
        },
        subscribed: { context, isGranted in if !isGranted { MQTTClient.client(context).refusedTopics += 1 } },
        received: { context, topic, payload, count, isRetained in
            let client = MQTTClient.client(context)
            client.relay?.noteMessage()
            guard !client.isOver else { return }
            let bytes = UnsafeRawBufferPointer(start: payload, count: count)
            client.tell(.message(topic: String(cString: topic), payload: bytes, isRetained: isRetained))
        },
        taken: { context, isAllowed in
            let client = MQTTClient.client(context)
            client.untaken = max(0, client.untaken - 1)
            if !isAllowed { client.mayNotSpeak = true }
        },
        said: { context, text in
            let words = String(cString: text)
            if words.contains("OpenSSL Error") || words.contains("verif") {
                MQTTClient.client(context).lastWords += words
            }
        }
    )
}

/// A broker that cannot be heard, as a sentence.
struct MQTTError: Error, Sendable, CustomStringConvertible {
    var description: String

    init(_ sentence: Phrase) { description = said(sentence) }
}
