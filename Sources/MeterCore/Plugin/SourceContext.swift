public import Logging

/// What a source is given besides its settings.
public struct SourceContext: Sendable {
    /// The name in `[source.NAME]`: unique, and the tag `source` of its points.
    public let name: String
    /// The tags of every point, `site` among them.
    public let tags: [(String, String)]
    /// Carries the source's name.
    public let logger: Logger
    /// Where the source says how it does.
    public let status: SourceStatus
    /// Where a source says what the clock of its meter shows.
    public let meterClock: MeterClock
    /// Where it puts what it must know after a restart; `nil` where nothing is kept.
    public let memory: SourceMemory?
    /// Whether somebody only looks at what the source says, beside a daemon that may read it at the same time.
    public let isLook: Bool

    public init(
        name: String,
        tags: [(String, String)],
        logger: Logger,
        status: SourceStatus = SourceStatus(),
        meterClock: MeterClock = MeterClock(),
        memory: SourceMemory? = nil,
        isLook: Bool = false
    ) {
        self.isLook = isLook
        self.memory = memory
        self.meterClock = meterClock
        self.name = name
        self.tags = tags
        var logger = logger
        logger[metadataKey: "source"] = "\(name)"
        self.logger = logger
        self.status = status
    }

    /// A series with the tags of every point, the source's name, and more.
    public func series(_ measurement: Measurement, tags more: [(String, String)] = [], fields: [String]) -> Series {
        Series(measurement, tags: tags + [("source", name)] + more, fields: fields)
    }
}
