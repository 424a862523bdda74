import MeterNotation

/// The declaration of a source: the measurements it stores, the roles it counts in, the devices it needs.
public struct Declaration: Sendable {
    /// A measurement that it writes.
    public struct Store: Sendable, Hashable {
        /// The kind of the points, by which their fields mean something.
        public var kind: Kind
        /// The place of the points, the user's choice.
        public var measurement: Measurement
        /// The role of the readings in it that have no tag `role`, as earlier releases wrote them.
        public var role: MeterRole?
        /// The tags that tell the devices of the source apart; `nil` where any tag of a line does.
        public var parts: [String]?
        /// A text behind the source's name, where a part of it is a source of its own; empty where none is.
        public var suffix: String
        /// The setting of the source that turns the sign of their power round, such as `invert_power = true`; `nil` for none.
        public var turning: String?

        /// Names a measurement that is written.
        public init(
            _ kind: Kind,
            in measurement: Measurement,
            role: MeterRole? = nil,
            parts: [String]? = Subject.usualParts,
            suffix: String = ""
        ) {
            (self.kind, self.measurement, self.role) = (kind, measurement, role)
            (self.parts, self.suffix) = (parts, suffix)
        }
    }

    /// The counters that judge a line with good and damaged parts: names under which `SourceStatus` counts them.
    public struct LineQuality: Sendable {
        /// The counter of whole parts, such as frames.
        public var good: String
        /// The counters of parts that could not be used.
        public var damaged: [String]
        /// The counters of whole parts that the program does not know begin with this, a space and their name.
        public var unknown: String

        public init(good: String, damaged: [String], unknown: String) {
            (self.good, self.damaged, self.unknown) = (good, damaged, unknown)
        }
    }

    /// A device on a shared line or in the network, and what is asked of it.
    public struct Asking: Sendable {
        /// The line: a path, the address of a converter, or that of the device itself.
        public var line: String
        /// The device among those of its kind on the line, empty where it is the only one, and the setting that says it.
        public var device: (number: String, setting: String)
        /// Names of the values that are read, the same for the same values.
        public var values: Set<String>

        /// Names a device and what is read of it.
        public init(_ line: String, _ device: (number: String, setting: String), values: Set<String>) {
            (self.line, self.device, self.values) = (line, device, values)
        }
    }

    /// The measurements of the schema that it writes; those of the user's own mean nothing and are left out.
    public var stores: [Store]
    /// The roles in which its registers count for the whole house: `import`, `export`, `production` and `battery`.
    ///
    /// A role for a part of the house is none of them; `nil` when the source finds out by itself.
    public var counts: Set<MeterRole>?
    /// The longest time that it says nothing while all is well.
    public var longestPause: Duration
    /// True when it reads the distributor's meter, beside which no other meter counts the same for the house.
    public var readsDistributorsMeter = false
    /// True when it listens to that meter's TIC output itself: frames tell the time there, as on no other line.
    public var readsTIC = false
    /// The serial line of this machine that it reads.
    public var serialDevice: String?
    /// The device that it asks, where two sources can ask one; `nil` for one that has a line of its own, or none.
    public var asking: Asking?
    /// The line of a GPIO chip that it reads: the chip and the line.
    public var gpioLine: String?
    /// True when it reads a line of a GPIO chip.
    public var usesGPIO: Bool { gpioLine != nil }
    /// The counters that judge its line; `nil` where a line has no quality.
    public var lineQuality: LineQuality?
    /// Sentences for a household whose source is silent; `{source}` stands for its name.
    public var advice: [String]
    /// The command that records a source's line, which the running box has; `{source}` stands for its name.
    public static let recording = "sudo systemctl stop boxenergie; sudo boxenergie capture {source} line.capture"

    /// Makes a declaration of a device in the network; what else it is, is set afterwards.
    ///
    /// - Parameters:
    ///   - stores: the measurements of the schema that it writes.
    ///   - counts: the roles in which it counts for the house; `nil` when it finds out by itself.
    ///   - pause: the value of `longestPause`.
    public init(stores: [Store], counts: Set<MeterRole>?, every pause: Duration) {
        self.stores = stores
        self.counts = counts
        longestPause = pause
        advice = [said("Is the device switched on and in the network? Try it: boxenergie read {source}")]
    }

    /// True for a hybrid inverter: its panels and its battery are behind the port that it stores.
    public var isHybrid: Bool { stores.contains { $0.kind == .acPort } }

    /// The roles that count for the whole house; the others count for themselves.
    public static let ofTheHouse: Set<MeterRole> = [.import, .export, .production, .battery]

    /// Makes the declaration of a device with one role.
    ///
    /// - Parameters:
    ///   - role: the role of its readings.
    ///   - measurement: the place of its readings.
    ///   - kind: the kind of its readings; that of the role by default.
    ///   - parts: the tags that tell its devices apart.
    ///   - pause: the longest time that it says nothing while all is well.
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

    /// Names the setting that turns the sign of the power in all of its measurements round; `nil` for none.
    public mutating func turn(by setting: String?) {
        for place in stores.indices { stores[place].turning = setting }
    }

    /// Adds another part of the same device; the pause and the advice stay those of the first.
    public mutating func add(_ part: Declaration) {
        stores += part.stores
        if let more = part.counts { counts?.formUnion(more) } else { counts = nil }
        readsDistributorsMeter = readsDistributorsMeter || part.readsDistributorsMeter
    }
}
