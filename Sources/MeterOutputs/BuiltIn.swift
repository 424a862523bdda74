import InfluxOutput
public import MeterCore

extension OutputRegistry {
    /// The outputs that the program knows: one line each.
    ///
    /// Their `type` is what the configuration writes: `type = "influx"`.
    public static let builtIn = OutputRegistry([
        .history(InfluxServer.self),
        .history(EmonCMSServer.self),
        .history(PostgresServer.self),
        .mirror(MQTTMirror.self),
        .mirror(KNXMirror.self),
    ])
}
