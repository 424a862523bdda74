public import MeterCore

/// An InfluxDB 1.x server as an output.
public struct InfluxServer: Output {
    public static let type = "influx"
    public static let summary = "An InfluxDB 1.x server."
    public static let sample = """
        [output.neighbour]
        type = "influx"
        url = "https://influx.example.org:8086"
        database = "boxenergie"
        username = "writer"
        password_file = "/etc/boxenergie/neighbour.password"
        """

    public let settings: InfluxSettings

    public init(settings: ConfigSection) { self.settings = InfluxSettings(settings: settings) }

    /// The server that an output is; `nil` for an output of another kind.
    public init?(_ output: any Output) {
        guard let server = output as? InfluxServer else { return nil }
        self = server
    }

    public var database: String { settings.database }
    public var sink: any Sink { InfluxClient(lasting: settings) }
}
