import FoundationEssentials
import Glibc
import Logging
import MeterCore
import MeterIO
import Synchronization

/// Tells a program of the user's choice of events, one after the other; reading never waits for it.
final class Notifier: Sendable {
    private struct Message: Codable {
        var kind: String
        var time: Int64
        var title: String
        var text: String
        var site: String
    }

    /// Events that may wait; beyond it the oldest are given up.
    private static let room = 100
    /// Older news is none: after a backlog nobody is woken up.
    private static let oldest: Int64 = 3600

    private let settings: Mutex<(NotifySettings?, site: String)>
    private let events: AsyncStream<EnergyEvent>
    private let event: AsyncStream<EnergyEvent>.Continuation
    private let logger: Logger
    private let alarm = Mutex(Alarm())

    init(_ settings: EnergySettings, logger: Logger) {
        self.settings = Mutex((settings.notify, Self.site(settings)))
        self.logger = logger
        (events, event) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(Self.room))
    }

    /// Goes on with another configuration.
    func change(to settings: EnergySettings) { self.settings.withLock { $0 = (settings.notify, Self.site(settings)) } }

    private static func site(_ settings: EnergySettings) -> String {
        settings.ledger.place.name ?? settings.ledger.tags.first { $0.0 == "site" }?.1 ?? ""
    }

    /// Takes events to be told; never waits.
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
