public import Logging

/// The surroundings of a source: its name, and all that it is given besides its settings.
public struct SourceContext: Sendable {
    /// The name in `[source.NAME]`: unique, and the tag `source` of its points.
    public let name: String
    /// The tags of every point, `site` among them.
    public let tags: [(String, String)]
    /// The log, whose lines carry the source's name.
    public let logger: Logger
    /// The place where the source reports its state, its readings and its errors.
    public let status: SourceStatus
    /// The place where a source reports the time that its meter's clock shows.
    public let meterClock: MeterClock
    /// The store of what it must know after a restart; `nil` where nothing is kept.
    public let memory: SourceMemory?
    /// True when a person only looks: then nothing is remembered, and nothing that was read is put away.
    public let isLooking: Bool

    /// Makes a context; the logger gets the source's name as metadata, and a budget of lines.
    public init(
        name: String,
        tags: [(String, String)],
        logger: Logger,
        status: SourceStatus = SourceStatus(),
        meterClock: MeterClock = MeterClock(),
        memory: SourceMemory? = nil,
        isLooking: Bool = false
    ) {
        self.isLooking = isLooking
        self.memory = memory
        self.meterClock = meterClock
        self.name = name
        self.tags = tags
        var logger = logger
        logger.handler = BudgetedLog(logger.handler)
        logger[metadataKey: "source"] = "\(name)"
        self.logger = logger
        self.status = status
    }

    /// A series of a kind with the tags of every point, the source's name, and more.
    ///
    /// - Parameters:
    ///   - measurement: the place of the points.
    ///   - kind: the kind of the points; `nil` when they mean nothing to the house's energy.
    ///   - parts: the tags that tell the devices of the source apart.
    ///   - more: more tags.
    ///   - fields: the names of the fields; those of the kind by default.
    ///   - isSigned: true for a meter at the grid that tells both directions by the sign of its power.
    /// - Returns: the series.
    public func series(
        _ measurement: Measurement,
        kind: Kind?,
        parts: [String] = Subject.usualParts,
        tags more: [(String, String)] = [],
        fields: [String]? = nil,
        isSigned: Bool = false
    ) -> Series {
        let fields = fields ?? kind?.fieldNames ?? []
        return Series(measurement, kind: kind, parts: parts, tags: own(more), fields: fields, isSigned: isSigned)
    }

    /// A series of points of the kind that the measurement's name says.
    public func series(
        _ measurement: Measurement,
        parts: [String] = Subject.usualParts,
        tags more: [(String, String)] = [],
        fields: [String]
    ) -> Series {
        Series(measurement, parts: parts, tags: own(more), fields: fields)
    }

    private func own(_ more: [(String, String)]) -> [(String, String)] { tags + [("source", name)] + more }
}
