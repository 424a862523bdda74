import CLinux
import CMQTT
import Glibc
import MeterCore
import Synchronization

/// Hears what an MQTT broker sends, on a thread of its own, and comes back after each outage.
///
/// Looking up a name and connecting block for as long as they like, which is nobody else's trouble here. There is no
/// queue: what is not taken yet waits at the broker.
public final class MQTTClient: @unchecked Sendable {
    // Safe because: all but `isStopping` and `bell` is only touched by the client's own thread once it runs.

    /// What the client tells its owner, on the client's thread.
    public enum Event {
        case connected
        /// The bytes are only valid meanwhile.
        case message(topic: String, payload: UnsafeRawBufferPointer, isRetained: Bool)
        /// A sentence; it is tried again.
        case failed(String)
    }

    /// What is asked of a broker.
    public struct Request: Sendable {
        public var broker: MQTTBroker
        /// By which the broker knows this client; another one of the same name throws it out.
        public var identifier: String
        /// MQTT's own filters, such as `tele/+/SENSOR`.
        public var topics: [String]
        /// 0, 1 or 2: how hard the broker tries.
        public var quality: Int
        /// Where others read whether we are there: `online` or `offline`.
        public var presence: String?
        /// The largest message that is wanted; a broker that can keeps much larger ones to itself.
        public var largest: Int

        public init(
            broker: MQTTBroker,
            identifier: String,
            topics: [String],
            quality: Int,
            presence: String? = nil,
            largest: Int
        ) {
            (self.broker, self.identifier, self.topics) = (broker, identifier, topics)
            (self.quality, self.presence, self.largest) = (quality, presence, largest)
        }
    }

    private static let keepAlive: CInt = 30
    /// How long a broker may take to answer once there is a connection.
    private static let patience = 15.0
    /// What a packet may have besides its message: a topic of 64 KiB.
    private static let largestHead = 128 << 10

    private let request: Request
    private let credentials: @Sendable () throws -> (user: String, password: String)?
    private let tell: @Sendable (Event) -> Void
    private let bell: Bell
    private let isStopping = Atomic(false)
    private var answer: CInt?
    private var refusedTopics = 0
    private var lastWords = ""
    /// Whether MQTT 5 is spoken, until the broker says that it does not know it.
    private var isFive = true

    /// Prepares a client.
    ///
    /// - Parameters:
    ///   - request: what is asked of which broker.
    ///   - credentials: read anew at each connection.
    ///   - tell: hears of events, on the client's thread.
    /// - Throws: a sentence when libmosquitto or a descriptor is missing.
    public init(
        _ request: Request,
        credentials: @escaping @Sendable () throws -> (user: String, password: String)?,
        tell: @escaping @Sendable (Event) -> Void
    ) throws {
        guard cmqtt_is_there() else {
            throw MQTTError("MQTT needs libmosquitto; install it with: sudo apt install libmosquitto1")
        }
        self.request = request
        self.credentials = credentials
        self.tell = tell
        bell = try Bell()
    }

    /// Starts the thread, which ends after `stop()`.
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

    // MARK: - The thread

    private var isOver: Bool { isStopping.load(ordering: .acquiring) }

    private func work() {
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
        (answer, refusedTopics, lastWords) = (nil, 0, "")
        var calls = Self.calls
        guard let client = cmqtt_new(request.identifier, &calls, Unmanaged.passUnretained(self).toOpaque()) else {
            throw MQTTError("libmosquitto has no memory")
        }
        defer { cmqtt_free(client) }
        try prepare(client)
        let broker = request.broker
        let (host, port) = (broker.address.host, CInt(broker.address.port))
        let most = UInt32(request.largest + Self.largestHead)
        try check(cmqtt_connect(client, host, port, Self.keepAlive, isFive, most))
        let startedAt = Uptime.now
        var isIn = false
        while !isOver {
            let socket = cmqtt_socket(client)
            guard socket >= 0 else { throw gone() }
            let wanted = Int16(cmqtt_wants_to_write(client) ? POLLIN | POLLOUT : POLLIN)
            let ready = wait([pollfd(fd: socket, events: wanted, revents: 0)], for: .seconds(1))
            if ready & Int16(POLLOUT) != 0 { try check(cmqtt_write(client)) }
            if ready & ~Int16(POLLOUT) != 0 { try check(cmqtt_read(client)) }
            try check(cmqtt_look(client))
            if let answer, !isIn {
                try checkAnswer(answer)
                isIn = true
                try enter(client)
                backoff.reset()
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
        if isIn, let presence = request.presence { _ = cmqtt_publish(client, presence, "offline") }
        _ = cmqtt_disconnect(client)
        _ = cmqtt_write(client)
    }

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

    private func enter(_ client: UnsafeMutableRawPointer) throws {
        for topic in request.topics { try check(cmqtt_subscribe(client, topic, CInt(request.quality))) }
        if let presence = request.presence { try check(cmqtt_publish(client, presence, "online")) }
        tell(.connected)
    }

    /// Waits for descriptors or the bell.
    ///
    /// - Returns: what the first descriptor has.
    private func wait(_ descriptors: [pollfd], for pause: Duration) -> Int16 {
        var states = descriptors + [pollfd(fd: bell.fileDescriptor, events: Int16(POLLIN), revents: 0)]
        let milliseconds = CInt(min(max(pause / .milliseconds(1), 0), 3_600_000).rounded(.up))
        guard poll(&states, nfds_t(states.count), milliseconds) > 0 else { return 0 }
        return descriptors.isEmpty ? 0 : states[0].revents
    }

    // MARK: - What goes wrong

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

    private func isAbsence(_ code: CInt) -> Bool {
        [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, ETIMEDOUT].contains(code)
    }

    private func gone(_ why: String? = nil) -> MQTTError {
        MQTTError(
            "\(request.broker) closed the connection\(why.map { " (\($0))" } ?? ""); another client with our name?"
        )
    }

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

    /// What the broker says to a newer MQTT than it knows.
    private struct TooNew: Error {}

    private func checkAnswer(_ answer: CInt) throws {
        if isFive, cmqtt_is_too_new(answer) { throw TooNew() }
        guard answer == 0 else { throw refusal(answer) }
    }

    /// The answers of MQTT 3.1.1 and 5.
    private func refusal(_ code: CInt) -> MQTTError {
        let broker = request.broker
        return switch code {
        case 4, 5, 134, 135: MQTTError("\(broker) refuses the user name or the password")
        case 3, 136, 137: MQTTError("\(broker) is not ready for clients yet")
        case 2, 133: MQTTError("\(broker) refuses our name, \(request.identifier); write another one in client_id")
        default: MQTTError("\(broker) lets us not in (answer \(code))")
        }
    }

    // MARK: - What libmosquitto calls

    private static func client(_ context: UnsafeMutableRawPointer) -> MQTTClient {
        Unmanaged<MQTTClient>.fromOpaque(context).takeUnretainedValue()
    }

    private static let calls = cmqtt_calls(
        connected: { context, code in MQTTClient.client(context).answer = code },
        subscribed: { context, isGranted in if !isGranted { MQTTClient.client(context).refusedTopics += 1 } },
        received: { context, topic, payload, count, isRetained in
            let client = MQTTClient.client(context)
            guard !client.isOver else { return }
            let bytes = UnsafeRawBufferPointer(start: payload, count: count)
            client.tell(.message(topic: String(cString: topic), payload: bytes, isRetained: isRetained))
        },
        said: { context, text in
            let words = String(cString: text)
            if words.contains("OpenSSL Error") || words.contains("verif") {
                MQTTClient.client(context).lastWords += words
            }
        }
    )
}

/// Why a broker cannot be heard, as a sentence.
struct MQTTError: Error, Sendable, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}
