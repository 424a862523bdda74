public import Logging

/// The surroundings of a mirror: its name, and all that it is given besides its settings.
public struct MirrorContext: Sendable {
    /// The name in `[output.NAME]`.
    public let name: String
    /// The tag `site` of the house's points; empty without one.
    public let site: String
    /// The release of the program, such as `0.1.0`.
    public let release: String
    /// The log, whose lines carry the mirror's name.
    public let logger: Logger
    /// The place where the mirror reports its state.
    public let status: MirrorStatus
    /// The latest value of each quantity that the mirror is to show.
    public let latest: @Sendable () -> [ShownValue]

    /// Makes a context; the logger gets the mirror's name as metadata, and a budget of lines.
    public init(
        name: String,
        site: String,
        release: String,
        logger: Logger,
        status: MirrorStatus = MirrorStatus(),
        latest: @escaping @Sendable () -> [ShownValue]
    ) {
        (self.name, self.site, self.release, self.status, self.latest) = (name, site, release, status, latest)
        var logger = logger
        logger.handler = BudgetedLog(logger.handler)
        logger[metadataKey: "output"] = "\(name)"
        self.logger = logger
    }
}
