import ArgumentParser
import InfluxOutput
import MeterCore
import MeterIO
import MeterNotation

/// `central list`: the boxes of a fleet, and what should be looked at.
struct CentralList: AsyncParsableCommand {
    /// Abstract, discussion and example.
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: said("Lists the boxes of the fleet, and says which of them somebody should look at."),
        discussion: prose(
            """
            A line a box: its name, its identity, when it was heard last, and what is wrong with it: it is silent, has no
            access any more, a clock that nothing confirms, or a card that goes on in two machines.

            EXAMPLE: sudo boxenergie central list
            """
        )
    )

    /// The configuration of the centre.
    @OptionGroup var options: CentralOption

    /// Asks and prints.
    ///
    /// - Throws: a `CommandError` with code 69 for a server that does not answer, 78 for a configuration that cannot be
    ///   used.
    func run() async throws {
        let fleet = try await askingInflux {
            let centre = try Centre(options)
            return FleetList(
                names: try await BoxUsers(centre.client).names(),
                boxes: try await FleetHistory(centre.client).boxes(),
                now: Timestamp.now().seconds,
                sendEvery: centre.settings.sendEvery.components.seconds,
                every: centre.settings.choice.every?.components.seconds ?? 0
            )
        }
        guard !fleet.lines.isEmpty else {
            return print(said("There is no box yet: sudo boxenergie central add NAME FILE"))
        }
        for line in fleet.lines { print(line) }
    }
}
