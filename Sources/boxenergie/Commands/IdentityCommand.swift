import ArgumentParser
import MeterCore
import MeterIO
import MeterNotation

/// `identity`: the box's identity, and what becomes of it in another machine.
struct IdentityCommand: ParsableCommand {
    /// What a person decides.
    enum Decision: String, CaseIterable, ExpressibleByArgument { case show, keep, renew }

    /// Abstract, discussion and examples.
    static let configuration = CommandConfiguration(
        commandName: "identity",
        abstract: said("Shows the identity of the box, keeps it in another machine, or makes another one."),
        discussion: prose(
            """
            The identity is made once and is kept with the state of the box, over restores and other SD cards. All that an
            [output.NAME] of the type influx gets has it in the tag box. After a card was moved into another machine say
            keep there; after a card was copied say renew on the box that should get an identity of its own, then start
            its service again.

            EXAMPLES:
              sudo boxenergie identity
              sudo boxenergie identity keep
              sudo boxenergie identity renew
            """
        )
    )

    /// The decision; it is only shown by default.
    @Argument(help: .said("show, keep or renew."))
    var decision = Decision.show

    /// The configuration, for the folder of the state.
    @OptionGroup var options: ConfigOption

    /// Shows or decides.
    ///
    /// - Throws: a `DiskError` when the state cannot be changed, a `CommandError` with code 1 for an identity that another
    ///   machine may have.
    func run() throws {
        let state = try Configuration.load(options.config).state
        let identity = BoxIdentity.of(state)
        // Another one can be made in place of one that is damaged.
        if decision != .renew { _ = try identity.ownWord() }
        switch decision {
        case .show:
            print(identity.word)
            guard identity.isCopied else { return }
            throw CommandError(
                "its state comes from another machine: boxenergie identity keep if the card was moved here, "
                    + "boxenergie identity renew if it was copied"
            )
        case .keep:
            try identity.keep(state)
            print(said("\(identity.word) is this machine now; then: sudo systemctl restart boxenergie"))
        case .renew:
            let other = try BoxIdentity.renew(state)
            print(said("\(other.word) in place of \(identity.word); then: sudo systemctl restart boxenergie"))
        }
    }
}
