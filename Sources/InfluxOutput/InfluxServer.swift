public import MeterCore
public import MeterNotation

/// An InfluxDB server as an output, or another engine that takes line protocol as 1.x does.
///
/// Two sections make two outputs, each with its own spool: one server's outage takes nothing from the other.
public struct InfluxServer: HistoryOutput {
    /// The word in the configuration: `type = "influx"`.
    public static let type = "influx"
    /// Several boxes may write into one database, also from sites of one name.
    public static let namesBox = true
    /// InfluxDB 1.x counts its queries, and tells an administrator or, where it asks for no password, anybody.
    public static let tellsQueries = true
    /// One sentence for the list of the outputs.
    public static let summary: Phrase =
        "An InfluxDB, or an engine that takes its line protocol, such as VictoriaMetrics."
    /// A section that a reader of the documentation can copy: another machine's server, over TLS.
    public static let sample = """
        [output.neighbour]
        type = "influx"
        url = "https://influx.example.org:8086"
        database = "boxenergie"
        username = "writer"
        password_file = "/etc/boxenergie/neighbour.password"
        """

    /// The keys of the section.
    public var settings: InfluxSettings

    /// Reads the section; problems go to its diagnostics.
    public init(settings: ConfigSection) { self.settings = InfluxSettings(settings: settings) }

    /// The server behind an output; `nil` for an output of another type.
    public init?(_ output: any HistoryOutput) {
        guard let server = output as? InfluxServer else { return nil }
        self = server
    }

    /// The database that the batches name.
    public var database: String { settings.database }
    /// A client that reads the password file for each request.
    public func sink(_ context: HistoryContext) -> any Sink { InfluxClient(lasting: settings) }
}
