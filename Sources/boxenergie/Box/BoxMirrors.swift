import Logging
import MeterCore
import MeterIO
import Synchronization

/// The mirrors at work: neighbours that are shown what is now.
///
/// Without any in the configuration it costs nothing.
final class BoxMirrors: Sendable {
    /// A configured mirror at work.
    private struct Running: Sendable {
        var configured: ConfiguredMirror
        var context: MirrorContext
    }

    private let intake: Intake
    private let logger: Logger
    private let wishes: AsyncStream<Configuration>
    private let wish: AsyncStream<Configuration>.Continuation
    private let running = Mutex<[Running]>([])

    /// Makes the mirrors of a configuration; none is at work before `run`.
    init(_ configuration: Configuration, _ intake: Intake, logger: Logger) {
        (self.intake, self.logger) = (intake, logger)
        (wishes, wish) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        change(to: configuration)
    }

    /// Goes on with the mirrors of another configuration; those whose section is the same are left alone.
    func change(to configuration: Configuration) { wish.yield(configuration) }

    /// The name, the place and the state of each.
    var states: [(name: String, place: String, state: MirrorStatus.Snapshot)] {
        running.withLock { $0.map { ($0.configured.name, $0.configured.mirror.place, $0.context.status.snapshot) } }
    }

    /// Shows until the task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            var work: [String: (fingerprint: String, Cancellable)] = [:]
            for await configuration in wishes {
                let wanted = configuration.mirrors
                for (name, one) in work where !wanted.contains(where: { $0.isSame(name, one.fingerprint) }) {
                    one.1.cancel()
                    work[name] = nil
                    running.withLock { $0.removeAll { $0.configured.name == name } }
                }
                intake.keepLatest(!wanted.isEmpty)
                for mirror in wanted where work[mirror.name] == nil {
                    let context = context(of: mirror, configuration)
                    running.withLock { $0.append(Running(configured: mirror, context: context)) }
                    let showing = Cancellable { await self.show(mirror, context) }
                    work[mirror.name] = (mirror.fingerprint, showing)
                    group.addTask { await showing.run() }
                }
            }
        }
    }

    private func context(of mirror: ConfiguredMirror, _ configuration: Configuration) -> MirrorContext {
        MirrorContext(
            name: mirror.name,
            site: configuration.energy.ledger.site ?? "",
            release: Release.number,
            logger: logger
        ) { [intake, choice = mirror.choice] in
            let latest = intake.latest
            return choice.isAll ? latest : latest.filter { choice.includes($0.quantity.name) }
        }
    }

    /// Shows one, again and again: one that cannot begin, for want of a library, may later.
    private func show(_ mirror: ConfiguredMirror, _ context: MirrorContext) async {
        var backoff = Backoff(first: .seconds(1), longest: .seconds(60))
        var alarm = Alarm()
        while !Task.isCancelled {
            do {
                try await mirror.mirror.run(context)
            } catch is CancellationError {
                return
            } catch {
                context.status.didFail("\(error)")
                if let repeats = alarm.raise("\(error)") {
                    context.logger.warning(
                        "The neighbour cannot be shown anything",
                        reason: "\(error)",
                        repeats: repeats
                    )
                }
            }
            try? await EventLoop.main.sleep(for: backoff.next())
        }
    }
}

extension ConfiguredMirror {
    /// True for one of this name and text.
    fileprivate func isSame(_ name: String, _ fingerprint: String) -> Bool {
        self.name == name && self.fingerprint == fingerprint
    }
}
