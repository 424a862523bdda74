import FoundationEssentials
import Glibc
import Logging
import MeterCore
import MeterIO
import Synchronization

/// Passes events to a program of the user's choice, one after the other; reading never waits for it.
///
/// The program gets one line of JSON on its standard input. It is not tried again: an event is news, not a reading.
final class Notifier: Sendable {
    /// An event as the program gets it; users' scripts read the members by these names.
    private struct Message: Codable {
        /// Kind of the event, one of `[notify] kinds`.
        var kind: String
        /// Time of the event, in seconds since 1970.
        var time: Int64
        /// A headline in French.
        var title: String
        /// A sentence in French.
        var text: String
        /// Name of the place, or the tag `site` without one.
        var site: String
    }

    /// Number of events that may wait; beyond it the oldest are given up.
    private static let room = 100
    /// Greatest age of an event that is told, in seconds: after a backlog nobody is woken up.
    private static let oldest: Int64 = 3600

    /// Program and name of the place; no program without `[notify]`.
    private let settings: Mutex<(NotifySettings?, site: String)>
    /// Events to tell; read by `run` only.
    private let events: AsyncStream<EnergyEvent>
    /// The entry of that queue.
    private let event: AsyncStream<EnergyEvent>.Continuation
    private let logger: Logger
    /// Reports a program that fails, once and then hourly.
    private let alarm = Mutex(Alarm())

    /// Makes the queue; nothing is told before `run`.
    init(_ settings: EnergySettings, logger: Logger) {
        self.settings = Mutex((settings.notify, Self.site(settings)))
        self.logger = logger
        (events, event) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(Self.room))
    }

    /// Uses another configuration from the next event on.
    func change(to settings: EnergySettings) { self.settings.withLock { $0 = (settings.notify, Self.site(settings)) } }

    /// The place's name, else the tag `site`, else nothing.
    private static func site(_ settings: EnergySettings) -> String {
        settings.ledger.place.name ?? settings.ledger.site ?? ""
    }

    /// Queues events to be told; never waits.
    ///
    /// Warnings among them are logged in any case, also without `[notify]`.
    func tell(_ news: [EnergyEvent]) {
        for one in news {
            if let warning = one.warning {
                logger.warning("The books need attention", metadata: ["reason": "\(warning)"])
            }
        }
        for one in news where Timestamp.now().seconds - one.time < Self.oldest { event.yield(one) }
    }

    /// Works until the task is cancelled.
    func run() async {
        for await event in events {
            let (settings, site) = settings.withLock { $0 }
            guard let settings, settings.kinds.contains(event.kind) else { continue }
            let message = Message(
                kind: event.kind.rawValue,
                time: event.time,
                title: event.title,
                text: event.text,
                site: site
            )
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            guard let json = try? encoder.encode(message) else { continue }
            await tell([UInt8](json) + [UInt8(ascii: "\n")], settings)
        }
    }

    /// Runs the program on one event and waits for its end, at most for the configured time.
    private func tell(_ json: [UInt8], _ settings: NotifySettings) async {
        do {
            try await Program.run(settings.command, input: json, timeout: settings.timeout)
            if alarm.withLock({ $0.clear() }) { logger.notice("Events are told again") }
        } catch {
            guard alarm.withLock({ $0.raise("\(error)") }) != nil else { return }
            logger.warning("An event could not be told", metadata: ["reason": "\(error)"])
        }
    }
}
