import ArgumentParser
import CLinux
import Glibc
import MeterCore
import MeterIO
import MeterNotation

/// The program `boxenergie`: one executable, with a subcommand for each thing that a person or a service asks of it.
///
/// Without a subcommand it prints its help.
@main
struct BoxEnergie: ParsableCommand {
    /// Name, abstract, examples and subcommands, as `boxenergie --help` shows them.
    ///
    /// The version names the system libraries in use.
    static let configuration = CommandConfiguration(
        commandName: "boxenergie",
        abstract: said("Reads the energy meters of a home and writes them to InfluxDB."),
        discussion: prose(
            """
            EXAMPLES:
              boxenergie probe                      which meters are on the serial ports?
              boxenergie check                      is the configuration right?
              boxenergie run                        read the meters until Ctrl-C
              boxenergie read linky                 look at one meter for 30 s
              sudo boxenergie doctor                what is wrong, and what to do?
              boxenergie simulate --link /tmp/linky a house to try things with

            EXIT CODES: 0 done, 1 the work failed, 64 wrong arguments, 69 a server or device is unavailable,
            78 bad configuration.
            """
        ),
        version: "\(Release.number) (libcurl \(Transfers.libraryVersion), libgpiod \(PulseLine.libraryVersion))",
        subcommands: [
            Run.self, Check.self, Sources.self, Outputs.self, SchemaCommand.self, Probe.self, Read.self, Capture.self,
            Decode.self,
            Replay.self,
            Profiles.self, Simulate.self, Write.self, SpoolCommand.self, Provision.self, Rollup.self, ImportFiles.self,
            Export.self, Send.self, Contracts.self, Letter.self,
            Status.self,
            Doctor.self,
            PulseCommand.self, IdentityCommand.self, Join.self, Leave.self, CentralCommand.self, RegisterCommand.self,
            Bench.self,
        ]
    )

    /// Runs the command that the arguments name and ends the process with its exit code.
    ///
    /// Everything asynchronous runs on `EventLoop.main`, that is on the first thread. SIGPIPE is ignored so that a
    /// reader that goes away gives EPIPE instead of ending the process; standard output is buffered by lines also into
    /// a pipe.
    ///
    /// A `CommandError` is printed as its bare sentence with its own code, a `DiskError` with code 1; everything else,
    /// such as wrong arguments, is left to the argument parser.
    static func main() {
        signal(SIGPIPE, SIG_IGN)
        clinux_buffer_lines()
        SystemLanguage.useThatOfTheSystem()
        do {
            try EventLoop.main.run {
                try CommandWords.refuseUnknown(CommandLine.arguments.dropFirst(), of: self)
                var command = try parseAsRoot()
                if var asynchronous = command as? any AsyncParsableCommand {
                    try await asynchronous.run()
                } else {
                    try command.run()
                }
            }
        } catch let error as CommandError {
            printError(error.description)
            Glibc.exit(error.exitCode)
        } catch let error as DiskError {
            printError(error.description)
            Glibc.exit(1)
        } catch {
            let columns = Usage.columns
            let (text, code) = (
                ParserWords.translated(fullMessage(for: error, columns: columns), columns: columns),
                exitCode(for: error)
            )
            if code.isSuccess { print(text) } else if !text.isEmpty { printError(text) }
            Glibc.exit(code.rawValue)
        }
    }
}
