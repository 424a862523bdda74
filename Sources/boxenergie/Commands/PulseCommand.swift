import ArgumentParser
import Logging
import MeterCore
import MeterNotation
import MeterProtocols
import MeterSources

/// `pulse`: commands for meters that only pulse.
struct PulseCommand: ParsableCommand {
    /// Abstract, example and subcommands.
    static let configuration = CommandConfiguration(
        commandName: "pulse",
        abstract: said("Aligns the total of a pulse meter with its display."),
        discussion: prose("EXAMPLE: boxenergie pulse set solaire 12345.6"),
        subcommands: [PulseSet.self]
    )
}

/// `pulse set`: aligns a meter's total with its display.
///
/// With a running daemon it is an order to that, since only one program may have the total; else it changes the file.
struct PulseSet: ParsableCommand {
    /// Abstract, discussion and examples.
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: said("Makes the total of a pulse meter what its display shows now."),
        discussion: prose(
            """
            Pulses that come while the box is off are not counted, so compare the two after a power cut. It works while
            the daemon runs and while it does not, and the total is on the disk when the command ends. Among the events
            in the database it says from what to what; one that was set while no daemon ran comes at its next start. For
            the service run it with sudo.

            EXAMPLES:
              boxenergie pulse set solaire 12345.6      kWh
              sudo boxenergie pulse set eau 789,123     m³
            """
        )
    )

    /// Name of a pulse meter's source.
    @Argument(help: .said("The name in [source.NAME]."))
    var name: String

    /// Number on the display, 0 to 1 000 000 000 kWh or m³; a comma is as good as a point.
    @Argument(help: .said("What the display shows, in kWh, or in m³ for water and gas."))
    var value: String

    /// The configuration, for the source and the folder of its total.
    @OptionGroup var options: ConfigOption

    /// Aligns the total and prints it with the one before.
    ///
    /// - Throws: a `CommandError` with code 64 for a wrong name or number, with code 1 when the total cannot be saved.
    func run() throws {
        guard let value = Double(value.replacing(",", with: ".")), Alignment.display.contains(value) else {
            throw CommandError("\"\(value)\" is not what a display shows: a number from 0 to 1000000000", exitCode: 64)
        }
        let configuration = try Configuration.load(options.config)
        guard let source = try configuration.source(name).alignable else {
            throw CommandError("the source \"\(name)\" is not a pulse meter", exitCode: 64)
        }
        let before = try order(value, configuration) ?? align(source, value, configuration)
        let unit = source.unit.rawValue
        print(said("\(name): \(value) \(unit), was \(before) \(unit)"))
    }

    /// Gives the order to the running daemon.
    ///
    /// - Parameters:
    ///   - value: the number on the display.
    ///   - configuration: names the daemon's socket.
    /// - Returns: the total before; `nil` when no daemon answers.
    /// - Throws: a `CommandError` with the daemon's sentence when it refuses.
    private func order(_ value: Double, _ configuration: Configuration) throws -> String? {
        guard let answer = ControlServer.ask(configuration, "pulse set \(name) \(value)") else { return nil }
        guard answer.hasPrefix("ok ") else { throw CommandError("\(answer.drop { $0 != " " }.dropFirst())") }
        return String(answer.dropFirst(3))
    }

    /// Changes the file that the next start reads, and leaves a note for the event.
    ///
    /// - Parameters:
    ///   - source: the meter.
    ///   - value: the number on its display.
    ///   - configuration: names the folder of the state.
    /// - Returns: the total before.
    /// - Throws: a `CommandError` when the file cannot be written; then nothing was changed.
    private func align(_ source: any AlignableSource, _ value: Double, _ configuration: Configuration) throws -> String
    {
        let memory = SourceMemory(folder: configuration.state, logger: makeLogger(.warning))
        do {
            let before = try source.align(to: value, name: name, memory: memory)
            Alignment(time: .now(), before: before, after: value).remember(of: name, in: memory)
            try memory.save()
            return "\(before)"
        } catch {
            throw CommandError("\(error); nothing was changed")
        }
    }
}
