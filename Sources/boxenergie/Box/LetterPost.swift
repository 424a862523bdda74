import HousePage
import InfluxOutput
import Logging
import MeterCore
import MeterIO
import MeterNotation
import Synchronization

/// Sends the letter of a month on the 2nd of the next one: as an event, and by `[notify]`.
///
/// The database says whether it was sent, so that it is sent once, also over restarts; a box that was off then sends it
/// until the 8th. Where the database cannot be read it is tried again.
final class LetterPost: Sendable {
    /// The time between two looks.
    private static let pause = Duration.seconds(600)
    /// The days of a month on which the letter of the one before is sent, and the hour of the first of them.
    private static let (days, hour): (ClosedRange<Int64>, Int) = (2...8, 8)

    private let configuration: Mutex<Configuration>
    private let append: @Sendable (Point) -> Void
    private let tell: @Sendable ([EnergyEvent]) -> Void
    private let logger: Logger
    /// The month that was dealt with last.
    private let done = Mutex<LocalDate?>(nil)

    /// Joins the parts; nothing is looked for yet.
    init(
        _ configuration: Configuration,
        logger: Logger,
        append: @escaping @Sendable (Point) -> Void,
        tell: @escaping @Sendable ([EnergyEvent]) -> Void
    ) {
        self.configuration = Mutex(configuration)
        self.append = append
        self.tell = tell
        self.logger = logger
    }

    /// Uses another configuration from the next look on.
    func change(to configuration: Configuration) { self.configuration.withLock { $0 = configuration } }

    /// Looks until the task is cancelled.
    func run() async {
        while (try? await EventLoop.main.sleep(for: Self.pause)) != nil {
            guard BoxTime.shared.present.trust != .unknown else { continue }
            do {
                try await look(at: BoxTime.shared.now.seconds)
            } catch {
                logger.debug("The letter of the month has to wait", metadata: ["reason": "\(error)"])
            }
        }
    }

    /// The first day of the month whose letter is due; `nil` for none.
    static func month(at now: Int64, _ calendar: LocalCalendar) -> LocalDate? {
        let date = calendar.date(now)
        guard days.contains(date.day), date.day > days.lowerBound || calendar.hour(now) >= hour else { return nil }
        return date.firstOfMonth(plus: -1)
    }

    /// Sends the letter where it is due and was not sent.
    ///
    /// - Parameter now: in seconds since 1970.
    /// - Throws: a `TransferError` when the database does not answer, an `InfluxError` when it refuses.
    func look(at now: Int64) async throws {
        let calendar = configuration.withLock { $0.energy.ledger.calendar }
        guard let month = Self.month(at: now, calendar), done.withLock({ $0 != month }) else { return }
        let history = configuration.withLock { $0.history }
        let next = month.firstOfMonth(plus: 1)
        let sent = calendar.start(of: LocalDate(dayNumber: next.dayNumber + 1)) + Int64(Self.hour) * 3600
        if try await !history.events(sent..<sent + 1).contains(where: { $0.kind == .letter }) {
            let facts = try await LetterFacts.find(month, in: history, calendar, now: now)
            let letter = MonthlyLetter(facts, now: now)
            if !letter.isEmpty { send(letter, dated: sent, at: now) }
        }
        done.withLock { $0 = month }
    }

    private func send(_ letter: MonthlyLetter, dated: Int64, at now: Int64) {
        var event = EnergyEvent(.letter, at: dated, letter.title, letter.lines.joined(separator: "\n"))
        // The time is the letter's own, whenever the box gets to it: it has one place in the database.
        var point = event.point(tags: configuration.withLock { $0.tags })
        point.isRecord = true
        append(point)
        event.time = now
        tell([event])
    }
}
