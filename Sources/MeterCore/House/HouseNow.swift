/// The house as it is now, as one value: what flows, what was counted, the tariff, the voltage, the meters.
///
/// As JSON it is read by programs under the names of its members; times are seconds since 1970. What is not known is
/// left out.
public struct HouseNow: Sendable, Equatable, Codable {
    /// A power in W.
    public struct Power: Sendable, Equatable, Codable {
        /// The power of now; `nil` when the last one is too old.
        public var watts: Double?
        /// The last one that was known.
        public var last: Double
        /// The time of the last one.
        public var seen: Int64

        public init(watts: Double?, last: Double, seen: Int64) {
            (self.watts, self.last, self.seen) = (watts, last, seen)
        }
    }

    /// A voltage between a phase and the neutral, in V.
    public struct Phase: Sendable, Equatable, Codable {
        /// The phase, from 1 to 3.
        public var number: Int
        /// `nil` while no meter tells it.
        public var volts: Double?
        /// False beyond what the network must deliver.
        public var isAllowed: Bool
    }

    /// The apparent power that is drawn beside what is subscribed, in VA.
    public struct Subscription: Sendable, Equatable, Codable {
        /// `nil` while no meter tells it.
        public var drawn: Int64?
        /// `nil` when the meter did not tell it.
        public var subscribed: Int64?
    }

    /// The sums of a local day or month so far.
    public struct Sums: Sendable, Equatable, Codable {
        /// The beginning.
        public var start: Int64
        /// The end of the last quarter of an hour whose import is in the sums.
        public var until: Int64
        /// Wh and €, by the names of the fields in the database.
        public var sums: [Field: Double]
    }

    /// The price that counts now.
    public struct Price: Sendable, Equatable, Codable {
        /// The contract: base, hphc, tempo, ejp.
        public var option: String?
        /// The supplier's register, such as `HC`, where the contract is known.
        public var register: String?
        /// Its number, from 1.
        public var number: Int?
        /// The supplier's own name of it, where the meter told it.
        public var name: String?
        /// € for one kWh.
        public var euros: Double?
        /// The colour of the Tempo day that runs: blue, white or red.
        public var today: Notices.Colour?
        /// That of the next one, once it is known.
        public var tomorrow: Notices.Colour?
    }

    /// A meter, or another source.
    public struct Meter: Sendable, Equatable, Codable {
        /// The name of its source.
        public var name: String
        /// The time of its last reading; `nil` before the first one.
        public var seen: Int64?
        /// True when that is longer ago than is usual for it.
        public var isLate: Bool
        /// The reason in the source's words, in English, while it is late.
        public var reason: String?
        /// True while an inverter is silent for want of sun, which is no trouble; `nil` for false.
        public var isAsleep: Bool?

        public init(name: String, seen: Int64?, isLate: Bool, reason: String?, isAsleep: Bool = false) {
            (self.name, self.seen, self.isLate, self.reason) = (name, seen, isLate, reason)
            self.isAsleep = isAsleep ? true : nil
        }
    }

    /// The time of this state.
    public var time: Int64
    /// True while it is not known what time it is.
    public var clockIsUnknown = false
    /// What the panels give, 0 or more; `nil` in a house without.
    public var production: Power?
    /// What is drawn from the grid, negative for what is injected; `nil` where neither is known.
    public var grid: Power?
    /// True where nothing is drawn and no meter tells what is injected, so that the power is not known; `nil` for false.
    public var drawsNothing: Bool?
    /// What the house uses.
    public var house: Power?
    /// What batteries give, negative for what they take; `nil` in a house without.
    public var battery: Power?
    /// The state of charge of the only battery, in percent.
    public var chargePercent: Double?
    /// The day so far.
    public var today: Sums?
    /// The month so far.
    public var month: Sums?
    public var price: Price?
    /// The voltages, by phase; empty when no meter ever told them.
    public var phases: [Phase] = []
    /// `nil` when no meter ever told it.
    public var subscription: Subscription?
    /// The mode of the Linky: `historique`, which does not tell the voltage, or `standard`.
    public var mode: String?
    /// All sources, in the order of the configuration.
    public var meters: [Meter] = []
    /// The readings that wait for the database, while it does not take them; `nil` while it does.
    public var waiting: Int?

    public init(time: Int64) { self.time = time }
}
