/// What a source says of itself: what it stores, what it counts for the house, and what it needs.
public struct Declaration: Sendable {
    /// A measurement that it writes.
    public struct Store: Sendable, Hashable {
        public var kind: Kind
        public var measurement: Measurement
        /// The role of the readings in it that have no tag `role`, as earlier releases wrote them.
        public var role: MeterRole?
        /// The tags that tell the devices of the source apart.
        public var parts: [String]
        /// Behind the source's name, where a part of it is a source of its own.
        public var suffix: String

        public init(
            _ kind: Kind,
            in measurement: Measurement,
            role: MeterRole? = nil,
            parts: [String] = Subject.usualParts,
            suffix: String = ""
        ) {
            (self.kind, self.measurement, self.role) = (kind, measurement, role)
            (self.parts, self.suffix) = (parts, suffix)
        }
    }

    /// How a line with good and damaged parts is judged: the names of what `SourceStatus` counts of it.
    public struct LineQuality: Sendable {
        public var good: String
        public var damaged: [String]

        public init(good: String, damaged: [String]) { (self.good, self.damaged) = (good, damaged) }
    }

    /// The measurements of the schema that it writes; those of the user's own mean nothing and are left out.
    public var stores: [Store]
    /// The roles in which its registers count for the whole house: `import`, `export`, `production` and `battery`.
    ///
    /// What only a part of the house takes is none of them; `nil` when the source finds that out by itself.
    public var counts: Set<MeterRole>?
    /// How long it says nothing while all is well.
    public var longestPause: Duration
    /// Whether it reads the distributor's meter, beside which no other meter counts the same for the house.
    public var readsDistributorsMeter = false
    /// Whether it listens to that meter's TIC output itself: frames which tell the time, as no other line does.
    public var readsTIC = false
    /// The serial line of this machine that it reads.
    public var serialDevice: String?
    /// Whether it reads lines of a GPIO chip.
    public var usesGPIO = false
    public var lineQuality: LineQuality?
    /// What a household can do when it is silent, a sentence a line.
    public var advice: [String]

    /// Makes a declaration of a device in the network; what else it is, is set afterwards.
    ///
    /// - Parameters:
    ///   - stores: see there.
    ///   - counts: see there.
    ///   - pause: the value of `longestPause`.
    public init(stores: [Store], counts: Set<MeterRole>?, every pause: Duration) {
        self.stores = stores
        self.counts = counts
        longestPause = pause
        advice = ["Is the device switched on and in the network? Try it: boxenergie read {source}"]
    }

    /// The roles that count for the whole house; the others count for themselves.
    public static let ofTheHouse: Set<MeterRole> = [.import, .export, .production, .battery]

    /// Makes the declaration of a device with one role.
    ///
    /// - Parameters:
    ///   - role: what it counts.
    ///   - measurement: where its readings go.
    ///   - kind: what they are; that of the role by default.
    ///   - parts: the tags that tell its devices apart.
    ///   - pause: how long it says nothing while all is well.
    public init(
        of role: MeterRole,
        in measurement: Measurement,
        kind: Kind? = nil,
        parts: [String] = Subject.usualParts,
        every pause: Duration
    ) {
        let kind = kind ?? role.kind
        self.init(
            stores: kind.map { [Store($0, in: measurement, role: role, parts: parts)] } ?? [],
            counts: role == .import ? [.import, .export] : Self.ofTheHouse.intersection([role]),
            every: pause
        )
    }

    /// Adds another part of the same device.
    public mutating func add(_ part: Declaration) {
        stores += part.stores
        if let more = part.counts { counts?.formUnion(more) } else { counts = nil }
        readsDistributorsMeter = readsDistributorsMeter || part.readsDistributorsMeter
    }
}
