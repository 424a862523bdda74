import ArgumentParser
import MeterNotation

/// `central`: the boxes of a fleet, at their centre.
struct CentralCommand: ParsableCommand {
    /// Abstract, discussion and subcommands.
    static let configuration = CommandConfiguration(
        commandName: "central",
        abstract: said("At the centre of a fleet: adds, removes and lists its boxes."),
        discussion: prose(
            """
            sudo ./install.sh --central makes a centre of a machine; influx/FLEET.md tells the rest.

            EXAMPLES:
              sudo boxenergie central add dupont dupont.join
              sudo boxenergie central list
              sudo boxenergie central remove dupont
            """
        ),
        subcommands: [CentralAdd.self, CentralRemove.self, CentralList.self]
    )
}
