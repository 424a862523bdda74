public import MeterNotation

/// The way of readings to one history: settings that every kind of them has.
public struct QueueSettings: Sendable {
    /// The time between two sendings, each of which wears the SD card; 10 s by default, `auto` where that is known.
    public var flush = FlushPace.every(.seconds(10))
    /// The time for which batches wait on the disk, to be sent together; `nil` to send each when it is due.
    public var sendEvery: Duration?
    /// The folder for batches that could not be sent; by default `spool/NAME` in the folder of states.
    public var spoolDirectory: String
    /// The bytes that it may take: 2 MB to 100 GB, 200 MB by default; beyond that those who have most lose their oldest.
    public var spoolLimit = 200_000_000
    /// The points that it gets; all by default.
    public var choice = OutputChoice()
    /// True when each point has the tag `box`, so that two boxes never mix there; false for the box's own database.
    public var namesBox = false

    /// Decodes the settings of an output; problems go to the section's diagnostics.
    ///
    /// - Parameters:
    ///   - settings: the output's section.
    ///   - name: the output's name, to which its spool belongs whatever else changes in the configuration.
    ///   - state: the folder in which the program keeps what must survive a restart.
    ///   - isReadBack: true for the database that the ledger reads, which gets everything.
    ///   - namesBox: true where each point has the tag `box` unless the key says otherwise.
    ///   - tellsQueries: true where the server tells who asks it, so that `auto` is the usual pace.
    public init(
        settings: ConfigSection,
        name: String,
        state: String,
        isReadBack: Bool = false,
        namesBox: Bool = false,
        tellsQueries: Bool = false
    ) {
        spoolDirectory = "\(state)/spool/\(name)"
        flush = settings.pace(
            "flush",
            default: tellsQueries ? .auto : flush,
            allowsAuto: tellsQueries,
            tellsQueries
                ? "How often readings are sent; each sending wears the SD card. auto: each minute, every 10 s while somebody looks."
                : "How often readings are sent; each sending wears the SD card, so 10s is a good value."
        )
        let spool = settings.sectionOrDefaults("spool")
        spoolDirectory = spool.path("directory", default: spoolDirectory, "Where readings wait that could not be sent.")
        spoolLimit = spool.byteCount(
            "limit",
            in: 2_000_000...100_000_000_000,
            default: spoolLimit,
            "The most that they may take; beyond it the sources that have most lose their oldest."
        )
        guard !isReadBack else { return }
        sendEvery = Self.sendEvery(
            settings,
            "How often what is due is sent; until then it waits on the disk. By default at once."
        )
        self.namesBox = settings.boolean(
            "box_tag",
            default: namesBox,
            "Whether each point has the tag box, the identity of this one, so that two boxes never mix there."
        )
        choice.only = OutputChoice.only(
            settings,
            "Which measurements it gets, such as m15.* and day.*; all by default."
        )
        choice.reportIdle(in: settings, severity: .warning)
        choice.every = settings.optionalDuration(
            "every",
            in: .seconds(1) ... .seconds(86_400),
            "The first reading of each meter in such a span, and no other; sums are all sent. By default every reading."
        )
    }

    /// Decodes `send_every`; problems go to the section's diagnostics.
    public static func sendEvery(_ settings: ConfigSection, _ help: Phrase) -> Duration? {
        settings.optionalDuration("send_every", in: .seconds(60) ... .seconds(86_400), help)
    }
}
