import ArgumentParser
import InfluxOutput
import MeterNotation

/// `central remove`: takes the access of a box back.
struct CentralRemove: AsyncParsableCommand {
    /// Abstract, discussion and example.
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: said("Takes the access of a box back: the centre takes nothing from it any more."),
        discussion: prose(
            """
            What the centre has of it stays, and what the box measures from now on waits there: when it joins again with a
            new file, all of it comes.

            EXAMPLE: sudo boxenergie central remove dupont
            """
        )
    )

    /// Name of the box at the centre.
    @Argument(help: .said("The name of the box, as boxenergie central list shows it."))
    var name: String

    /// The configuration of the centre.
    @OptionGroup var options: CentralOption

    /// Removes the user.
    ///
    /// - Throws: a `CommandError` with code 64 when there is no such box, 69 for a server that does not answer, 78 for a
    ///   configuration that cannot be used.
    func run() async throws {
        try await askingInflux {
            let users = BoxUsers(try Centre(options).client)
            guard try await users.names().contains(name) else {
                throw CommandError("there is no box \(name); boxenergie central list shows all", exitCode: 64)
            }
            try await users.remove(name)
        }
        print(said("\(name) has no access any more"))
    }
}
