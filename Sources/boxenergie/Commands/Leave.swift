import ArgumentParser
import MeterCore
import MeterNotation

/// `leave`: a box sends to its centre no more.
struct Leave: ParsableCommand {
    /// Abstract, discussion and examples.
    static let configuration = CommandConfiguration(
        abstract: said("Takes out of the configuration what boxenergie join wrote, and deletes the password."),
        discussion: prose(
            """
            What the centre has of this box stays there; its operator takes the access away with boxenergie central remove.

            EXAMPLE: sudo boxenergie leave
            """
        )
    )

    /// NAME of `[output.NAME]`.
    @Option(help: .said("The name of the output."))
    var output = "central"

    /// The configuration that has the block.
    @OptionGroup var options: ConfigOption

    /// True to say only what would go.
    @Flag(help: .said("Only say what would be done."))
    var dryRun = false

    /// Takes it out.
    ///
    /// - Throws: a `CommandError` with code 64 when there is no such block, a `DiskError` when it cannot be taken out.
    func run() throws {
        let configuration = try Configuration.load(options.config)
        let place = try JoinedOutput(output, in: options.config, state: configuration.state)
        guard place.isThere || place.hasSecrets else {
            throw CommandError("\(options.config) has no [output.\(output)] of boxenergie join", exitCode: 64)
        }
        guard place.isThere else {
            if dryRun {
                print(said("\(options.config) has no [output.\(output)]; would delete the password left of it"))
            } else {
                try place.leave()
                print(said("\(options.config) had no [output.\(output)]; the password left of it is deleted"))
            }
            return
        }
        guard !dryRun else {
            return print(said("would take [output.\(output)] out of \(options.config), and delete the password"))
        }
        try place.leave()
        print(said("[output.\(output)] is taken out. Now: sudo systemctl reload boxenergie"))
        let folder = try configuration.output(output).queue.spoolDirectory
        let waiting = SpoolListing(folder).points
        guard waiting > 0 else { return }
        print(said("\(waiting) points that the centre lacks are in \(folder); delete it when nobody wants them"))
    }
}
