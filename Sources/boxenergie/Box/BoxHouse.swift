import HousePage
import InfluxOutput
import MeterCore
import MeterIO
import MeterNotation
import Synchronization

/// The house and the box as the page of the house looks at them: only what the running parts know anyway.
final class BoxHouse: WatchedHouse {
    private let board: StatusBoard
    private let audience: Audience
    private let configuration: Mutex<Configuration>

    /// Joins the parts; nothing is watched yet.
    init(_ board: StatusBoard, _ configuration: Configuration, _ audience: Audience) {
        self.board = board
        self.audience = audience
        self.configuration = Mutex(configuration)
    }

    /// Looks at the house by another configuration from now on.
    func change(to configuration: Configuration) { self.configuration.withLock { $0 = configuration } }

    private var intake: Intake { board.daemon.intake }

    /// The state of now.
    ///
    /// Who asks for it, or for earlier times, looks at the page.
    var now: HouseNow? {
        audience.look()
        guard var state = intake.houseNow else { return nil }
        let pauses = configuration.withLock { $0.energy.ledger.pauses }
        // Where the sun stands is only of interest to one that is silent.
        lazy var asleep = intake.asleep
        let start = BoxTime.shared.time(at: board.startedAt).seconds
        state.meters = board.daemon.sources.map { source in
            HouseNow.Meter(
                source.name,
                source.context.status.snapshot,
                since: start,
                pause: pauses[source.name] ?? 0,
                at: state.time
            ) { Subject.isMeter(source.name, of: asleep) }
        }
        if let uploader = board.daemon.ledgersUploader, isAway(uploader) {
            state.waiting = uploader.outbox.backlog.points
        }
        return state
    }

    /// True while a server refuses or does not answer.
    private func isAway(_ uploader: Uploader) -> Bool {
        let counts = uploader.counts
        guard let error = counts.lastErrorAt, uploader.outbox.backlog.points > 0 else { return false }
        return counts.lastAccepted.map { $0 < error } ?? true
    }

    var lastDay: [DayCurve.Minute] { intake.lastDay }
    var events: [EnergyEvent] { intake.events }

    var condition: BoxCondition {
        let report = board.report
        let health = board.figures.found.health
        var condition = BoxCondition(startedAt: report.startedAt)
        condition.outputs = board.daemon.outputs.map { output in
            let isAway = isAway(output.uploader)
            return BoxCondition.Output(
                server: output.uploader.sink.name,
                waiting: isAway ? output.uploader.outbox.backlog.points : 0,
                isAway: isAway,
                error: isAway ? output.uploader.counts.lastError : nil
            )
        }
        condition.diskPercent = health.diskUsedPercent
        condition.writtenToday = report.card.writtenToday
        condition.memoryPercent = health.memoryUsedPercent
        condition.temperature = health.temperature
        return condition
    }

    var calendar: LocalCalendar { configuration.withLock { $0.energy.ledger.calendar } }
    var placeName: String? { configuration.withLock { $0.energy.ledger.place.name } }

    func history() -> HouseHistory {
        audience.look()
        return configuration.withLock { $0.history }
    }

    func watch(_ tell: (@Sendable () -> Void)?) { intake.watch(tell) }
    func fillLastDay(_ minutes: [DayCurve.Minute]) { intake.fillLastDay(minutes) }
}

extension Configuration {
    /// What the database of `[influx]` knows of earlier times, with a password that is read anew when it changes.
    var history: HouseHistory { HouseHistory(InfluxClient(lasting: influx.settings), site: energy.ledger.site) }
}
