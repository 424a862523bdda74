import Glibc
import InfluxOutput
import MeterCore
import MeterIO

/// The box that is looked at.
struct Patient: Sendable {
    var machine = Machine()
    /// The file with the configuration.
    var file: String
    /// `nil` when it has mistakes.
    var configuration: Configuration?
    /// What the configuration's reader says.
    var diagnostics: [Diagnostic] = []
    /// Why there is no configuration to read.
    var problem: String?
    /// What the running program says; `nil` when none answers.
    var report: StatusReport?
    var clock: ClockReading
    /// The address of Grafana.
    var grafana: String

    /// Reads the configuration and asks the running program.
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

    /// Seconds since 1970.
    var now: Int64 { clock.wall.seconds }

    /// Where the state is kept, as far as is known.
    var state: String { configuration?.state ?? Configuration.usualState }

    /// The server that everybody has, with the password that systemd keeps for the service where there is no other.
    var influx: InfluxSettings? {
        guard var settings = configuration?.influx.settings else { return nil }
        let credential = "/run/credentials/boxenergie.service/influx-password"
        if settings.username != nil, settings.password == nil, machine.isThere(credential) {
            settings.password = Secret(file: machine.root + credential)
        }
        return settings
    }

    /// The command that installs what is missing: the package has it, wherever the release was unpacked.
    var installer: String {
        let packaged = "/usr/share/boxenergie/install.sh"
        return "sudo \(machine.isThere(packaged) ? packaged : "./install.sh")"
    }

    /// Whether a unit of this name is installed.
    func hasUnit(_ name: String) -> Bool {
        ["/etc/systemd/system/", "/usr/lib/systemd/system/", "/lib/systemd/system/"].contains {
            machine.isThere($0 + name)
        }
    }
}
