public import MeterCore
public import MeterNotation

/// EmonCMS of OpenEnergyMonitor as an output: emoncms.org, or one of the household's own.
public struct EmonCMSServer: HistoryOutput {
    /// The word in the configuration: `type = "emoncms"`.
    public static let type = "emoncms"
    /// A feed drops what is older than its newest value, and says ok.
    public static let keepsOrder = true
    /// One sentence for the list of the outputs.
    public static let summary: Phrase = "EmonCMS of OpenEnergyMonitor, emoncms.org or one's own."
    /// A section that a reader of the documentation can copy.
    public static let sample = """
        # In EmonCMS give each input the process "log to feed" and no other: an accumulator counts twice what is sent again.
        [output.emoncms]
        type = "emoncms"
        url = "https://emoncms.org"
        key_file = "/etc/boxenergie/emoncms.key"     # the key for writing, and nothing else
        only = ["m15.energy", "raw.flow"]
        every = "30s"
        """

    /// The keys of the section.
    let settings: EmonCMSSettings

    /// Reads the section; problems go to its diagnostics.
    public init(settings: ConfigSection) { self.settings = EmonCMSSettings(settings: settings) }

    /// EmonCMS has no databases: one of this name for all batches.
    public var database: String { Self.type }
    /// A client that reads the key's file for each request.
    public func sink(_ context: HistoryContext) -> any Sink { EmonCMSSink(settings, context) }
}
