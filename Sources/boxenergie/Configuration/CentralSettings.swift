import InfluxOutput
import MeterCore
import MeterNotation

/// The centre of a fleet as its boxes are to see it: the section `[central]` on the centre's own machine.
struct CentralSettings: Sendable {
    /// Key `url`: the address by which boxes reach it.
    var url: String
    /// Key `pin`: the SHA-256 of its public key in base64; `nil` where boxes trust its certificate by its name.
    var pin: String?
    /// Key `admin`: the administrator of its database.
    var administrator: String
    /// Key `admin_password_file`: the file with that user's password; `nil` where the server asks for none.
    var administratorPassword: Secret?
    /// Key `names`: the names of measurements there.
    var names: InfluxSettings.Names
    /// Keys `only` and `every`: what boxes send.
    var choice: OutputChoice
    /// Key `send_every`: how often they send it.
    var sendEvery: Duration

    /// The file that has it.
    static let usualFile = "/etc/boxenergie/central.toml"

    /// A client of the centre's database that speaks as its administrator.
    ///
    /// - Throws: `SecretError` when the administrator's password cannot be read.
    func client(_ server: InfluxSettings) throws -> InfluxClient {
        InfluxClient(server, user: administrator, password: try administratorPassword?.read() ?? "")
    }

    /// Reads the section; problems go to its diagnostics.
    init(settings: ConfigSection) {
        url = settings.string("url", "The address by which boxes reach the centre.")
        pin = settings.pinnedKey(
            "pin",
            besides: [],
            "The SHA-256 of the centre's public key in base64; without it boxes trust its certificate by its name."
        )
        administrator = settings.string("admin", default: "admin", "The administrator of the centre's database.")
        administratorPassword = settings.secretFile(
            "admin_password_file",
            credential: "central-admin-password",
            "A file with that administrator's password."
        )
        names = settings.choice("names", default: .plain, "With policy, for an engine without retention policies.")
        choice = OutputChoice.forCentre
        if settings.contains("only") {
            choice.only = OutputChoice.only(settings, "What boxes send, such as m15.* and day.*.")
            choice.reportIdle(in: settings, severity: .error)
        }
        choice.every = settings.duration(
            "every",
            in: .seconds(1) ... .seconds(86_400),
            default: choice.every ?? .seconds(900),
            "Of readings, such as the box's health, the first of each in such a span."
        )
        sendEvery = settings.duration(
            "send_every",
            in: .seconds(60) ... .seconds(86_400),
            default: .seconds(3600),
            "How often a box sends what it has; until then it waits on the box's disk."
        )
    }
}

extension OutputChoice {
    /// What a box sends to its centre unless that says otherwise: quarters, days, events, and its own health in step with
    /// the quarters.
    static let forCentre = OutputChoice(only: ["m15.*", "day.*", "raw.box"], every: .seconds(900))
}
