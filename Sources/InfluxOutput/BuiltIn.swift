public import MeterCore

extension OutputRegistry {
    /// The servers that the program knows: one line each.
    public static let builtIn = OutputRegistry([
        InfluxServer.self
    ])
}
