public import MeterCore
public import MeterNotation

/// A PostgreSQL as an output: one of the household's own, or at a hoster.
public struct PostgresServer: HistoryOutput {
    /// The word in the configuration: `type = "postgres"`.
    public static let type = "postgres"
    /// One sentence for the list of the outputs.
    public static let summary: Phrase = "A PostgreSQL of one's own or at a hoster, for tables that only grow."
    /// A section that a reader of the documentation can copy.
    public static let sample = """
        # Make its tables first: boxenergie provision --output hoster --admin postgres --admin-password-file FILE
        [output.hoster]
        type = "postgres"
        host = "db.example.org"
        database = "boxenergie"
        username = "boxenergie"
        password_file = "/etc/boxenergie/hoster.password"
        only = ["m15.*", "day.*"]        # without the readings of each ten seconds
        """

    /// The keys of the section.
    let settings: PostgresSettings

    /// Reads the section; problems go to its diagnostics.
    public init(settings: ConfigSection) { self.settings = PostgresSettings(settings: settings) }

    /// The database that the batches name.
    public var database: String { settings.database }
    /// A connection that is made with the first batch, and reads the password's file then.
    public func sink(_ context: HistoryContext) -> any Sink { PostgresSink(settings, context) }
}
