import ArgumentParser
import InfluxOutput
import MeterCore
import MeterIO
import MeterNotation

/// `--config FILE` of the commands at a centre.
struct CentralOption: ParsableArguments {
    /// Path of the configuration of the centre.
    @Option(name: .long, help: .said("The configuration of the centre."))
    var config = CentralSettings.usualFile
}

/// The centre whose boxes are looked after: its settings, and a client that speaks as its administrator.
struct Centre {
    /// The address that boxes get, and what they are to send.
    let settings: CentralSettings
    /// The database.
    let server: InfluxSettings
    /// Speaks as the administrator.
    let client: InfluxClient

    /// Reads the configuration.
    ///
    /// - Throws: a `CommandError` with code 78 when it cannot be used, or is that of no centre; `SecretError` when the
    ///   administrator's password cannot be read.
    init(_ options: CentralOption) throws {
        guard DiskFile.problem(reading: options.config)?.isMissing != true else {
            throw CommandError(
                "no configuration of a centre at \(options.config); sudo ./install.sh --central makes a centre of a machine, "
                    + "and --config FILE takes another file",
                exitCode: 78
            )
        }
        let configuration = try Configuration.load(options.config)
        guard let settings = configuration.central else {
            throw CommandError(
                "\(options.config) has no [central]; sudo ./install.sh --central makes a centre of a machine",
                exitCode: 78
            )
        }
        self.settings = settings
        server = configuration.influx.settings
        client = try settings.client(server)
    }
}
