import ArgumentParser
import Glibc
import InfluxOutput
import MeterCore
import MeterIO

/// `provision`: makes the database ready.
struct Provision: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Creates the database, its retention policies and its users, or finds them there.",
        discussion: """
            May be run again and again; it never deletes readings. When the server asks for users, name its administrator
            and a file with the administrator's password.

            EXAMPLES:
              boxenergie provision
              boxenergie provision --dry-run
              boxenergie provision --admin admin --admin-password-file /root/influx.admin --reader grafana:/etc/r.password
            """
    )

    @OptionGroup var options: ConfigOption

    @Flag(help: "Print the InfluxQL statements and do nothing.")
    var dryRun = false

    @Option(help: "The output, when not [influx]: the name in [output.NAME].")
    var output = "influx"

    @Option(help: "The server's administrator.")
    var admin: String?

    @Option(help: "A file with the administrator's password.")
    var adminPasswordFile: String?

    @Option(help: "A user that may only read, as NAME:PASSWORD_FILE.")
    var reader: [String] = []

    func run() async throws {
        let influx = try Configuration.load(options.config).server(output).settings
        let client: InfluxClient
        var users: [Provisioner.User] = []
        do {
            if let admin {
                guard let adminPasswordFile else {
                    throw CommandError("--admin needs --admin-password-file", exitCode: 64)
                }
                client = InfluxClient(influx, user: admin, password: try Secret(file: adminPasswordFile).read())
            } else {
                client = try InfluxClient(influx)
            }
            if let name = influx.username, name != admin, let password = try influx.password?.read() {
                users.append(Provisioner.User(name: name, password: password, right: .write))
            }
            for entry in reader {
                let parts = entry.split(separator: ":", maxSplits: 1).map(String.init)
                guard parts.count == 2 else {
                    throw CommandError("--reader wants NAME:PASSWORD_FILE, found \(entry)", exitCode: 64)
                }
                let password = try Secret(file: parts[1]).read()
                users.append(Provisioner.User(name: parts[0], password: password, right: .read))
            }
        } catch let error as SecretError {
            throw CommandError("\(error)", exitCode: 78)
        }
        let provisioner = Provisioner(client, users: users)
        guard !dryRun else {
            for statement in provisioner.statements { print(statement) }
            return
        }
        do {
            try await provisioner.run { print("\($0.wasThere ? "there   " : "created ") \($0.subject)") }
        } catch let error as TransferError {
            throw CommandError("\(error)", exitCode: 69)
        } catch let error as InfluxError {
            let advice = error.status == 401 || error.status == 403 ? "; name the administrator with --admin" : ""
            throw CommandError("\(error)\(advice)", exitCode: error.status == 401 || error.status == 403 ? 69 : 1)
        }
    }
}
