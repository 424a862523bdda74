import Glibc
import InfluxOutput
import MeterCore
import MeterIO

/// The box that is examined: its configuration, its running program and its machine.
struct Patient: Sendable {
    /// The machine.
    var machine = Machine()
    /// Path of the configuration.
    var file: String
    /// The configuration; `nil` when it has mistakes or cannot be read.
    var configuration: Configuration?
    /// Warnings and errors of the configuration.
    var diagnostics: [Diagnostic] = []
    /// The reason why there is no configuration to read, in a sentence.
    var problem: String?
    /// Report of the running program; `nil` when none answers.
    var report: StatusReport?
    /// The machine's clock.
    var clock: ClockReading
    /// Address of Grafana.
    var grafana: String

    /// Reads the configuration and asks the running program.
    ///
    /// - Parameters:
    ///   - file: the path of the configuration.
    ///   - machine: the machine to look at; another one in tests.
    init(_ file: String, machine: Machine = Machine()) {
        self.file = file
        self.machine = machine
        grafana = Grafana.address(machine)
        do throws(ConfigFileError) {
            let configuration = Configuration(try ConfigDocument.read(file: file))
            diagnostics = configuration.diagnostics.all
            if !configuration.diagnostics.hasErrors { self.configuration = configuration }
        } catch {
            problem = "\(error)"
        }
        report = configuration.flatMap(StatusServer.ask)
        clock = BoxClock.reading(hasBattery: configuration?.clockHasBattery ?? false)
    }

    /// The time in seconds since 1970: that of the running program, else that of the machine's clock.
    var now: Int64 { report?.time ?? clock.wall.seconds }

    /// Folder of the state, the usual one without a configuration.
    var state: String { configuration?.state ?? Configuration.usualState }

    /// The server of `[influx]`, with the password that systemd keeps for the service where there is no other.
    var influx: InfluxSettings? {
        guard var settings = configuration?.influx.settings else { return nil }
        let credential = "/run/credentials/boxenergie.service/influx-password"
        if settings.username != nil, settings.password == nil, machine.isThere(credential) {
            settings.password = Secret(file: machine.root + credential)
        }
        return settings
    }

    /// Command that installs what is missing: the package has it, wherever the release was unpacked.
    var installer: String {
        let packaged = "/usr/share/boxenergie/install.sh"
        return "sudo \(machine.isThere(packaged) ? packaged : "./install.sh")"
    }

    /// True when a unit of this name is installed.
    ///
    /// - Parameter name: with its kind, such as `influxdb.service`.
    /// - Returns: true wherever systemd would find it.
    func hasUnit(_ name: String) -> Bool {
        ["/etc/systemd/system/", "/usr/lib/systemd/system/", "/lib/systemd/system/"].contains {
            machine.isThere($0 + name)
        }
    }
}
