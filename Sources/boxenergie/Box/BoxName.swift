import Logging
import MeterCore
import MeterIO

/// Tells once that the box was renamed: `site` in `[tags]` is another name than until now.
///
/// Nothing is renamed in any database, so that a dashboard shows a house that ends and one that begins.
final class BoxName: Sendable {
    private let memory: BoxMemory
    private let intake: Intake
    private let logger: Logger
    /// Saves the memory, so that it is told no second time.
    private let save: @Sendable () -> Void
    /// Tells people of an event.
    private let tell: @Sendable ([EnergyEvent]) -> Void
    private let names: AsyncStream<[(String, String)]>
    private let name: AsyncStream<[(String, String)]>.Continuation

    /// Takes the name in a configuration; nothing is told before `run`.
    init(
        _ configuration: Configuration,
        _ memory: BoxMemory,
        _ intake: Intake,
        logger: Logger,
        save: @escaping @Sendable () -> Void,
        tell: @escaping @Sendable ([EnergyEvent]) -> Void
    ) {
        (self.memory, self.intake, self.logger, self.save, self.tell) = (memory, intake, logger, save, tell)
        (names, name) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        change(to: configuration)
    }

    /// Takes the name in another configuration.
    func change(to configuration: Configuration) { name.yield(configuration.tags) }

    /// Works until the task is cancelled.
    func run() async {
        for await tags in names {
            guard await intake.time.isKnown(), let site = tags.first(where: { $0.0 == "site" })?.1,
                let renaming = memory.note(site: site, at: intake.time.now.seconds)
            else { continue }
            logger.notice("The box was renamed", metadata: ["from": "\(renaming.from)", "to": "\(site)"])
            let event = EnergyEvent.renamed(from: renaming.from, to: site, at: renaming.at)
            intake.append(event.point(tags: tags))
            tell([event])
            save()
        }
    }
}
