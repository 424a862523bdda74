/// What a point says of the energy of the house, besides its fields: what the ledger learns from.
///
/// It travels with the point, so that both have one date, and is not written.
public struct Meaning: Sendable {
    /// One thing that a reading says.
    public enum Fact: Sendable {
        case register(MeterRegister, value: Double, serial: String?)
        /// What the house draws and injects, in VA.
        case apparentPower(drawn: Int64?, injected: Int64?)
        /// How often a meter has pulsed, and what it counts.
        case pulses(Int64, of: MeterRegister.Role)
        /// What a source produces, in W.
        case production(watts: Double)
        /// What the contract allows, in VA, and the number of the supplier's register that counts now, from 1.
        case contract(subscribedVA: Int64?, register: Int?)
        case phase(Int, volts: Double?, va: Double?)
        case notices(Notices)
        /// What the meter says of the place: fields of `site_info`.
        case site(SiteFacts)
    }

    /// The name of the source, which tells meters apart; a second inverter of one device has a number behind it.
    public var source: String
    public var facts: [Fact]

    public init(source: String, _ facts: [Fact]) {
        self.source = source
        self.facts = facts
    }

    /// What such a part is called.
    ///
    /// - Parameters:
    ///   - device: the tag `device`, from 2 on.
    ///   - source: the source that reads it.
    /// - Returns: a name for the ledger only; in points the device has its tag.
    public static func name(ofDevice device: some StringProtocol, of source: String) -> String { "\(source) \(device)" }

    /// Whether a meter is one of these sources, or a part of one.
    public static func isSource(_ name: String, of sources: [String]) -> Bool {
        sources.contains { name == $0 || name.hasPrefix($0 + " ") }
    }
}

/// A register of a meter: what it counts, and how.
public struct MeterRegister: Sendable, Hashable {
    public enum Role: String, Sendable, Hashable, Codable, CaseIterable {
        /// Drawn from the grid (soutirage).
        case grid = "import"
        /// Injected into the grid.
        case export
        case production
        /// One of a tariff, which counts a part of what is drawn.
        case tariff
        case consumption, water, gas, heat
        /// The pulses of a meter, whose role is the register's name.
        case pulses
    }

    public var role: Role
    /// What the tag `register` calls it; empty for a meter's only register of a role.
    public var name: String
    /// Where it starts again at 0.
    public var wrapsAt: Double?
    /// More than it can ever grow in an hour; a larger step is another meter's register.
    public var largestPerHour: Double?

    /// Makes a register of energy in Wh by default.
    ///
    /// 45 kW are more than any French low-voltage connection carries.
    public init(_ role: Role, name: String = "", wrapsAt: Double? = nil, largestPerHour: Double? = 45_000) {
        self.role = role
        self.name = name
        self.wrapsAt = wrapsAt
        self.largestPerHour = largestPerHour
    }
}

/// What the supplier announces through the meter.
public struct Notices: Sendable, Hashable {
    public enum Colour: String, Sendable, Hashable, Codable, CaseIterable {
        case blue, white, red

        /// As the supplier calls it.
        public var french: String {
            switch self {
            case .blue: "bleu"
            case .white: "blanc"
            case .red: "rouge"
            }
        }
    }

    public var today: Colour?
    public var tomorrow: Colour?
    public var isPeakAnnounced: Bool
    public var isPeakRunning: Bool

    public init(
        today: Colour? = nil,
        tomorrow: Colour? = nil,
        isPeakAnnounced: Bool = false,
        isPeakRunning: Bool = false
    ) {
        self.today = today
        self.tomorrow = tomorrow
        self.isPeakAnnounced = isPeakAnnounced
        self.isPeakRunning = isPeakRunning
    }
}

/// What a meter says of the place where it is.
public struct SiteFacts: Sendable, Hashable, Codable {
    /// The delivery point, personal data.
    public var prm: String?
    public var contract: String?
    public var mode: String?
    public var subscribedKVA: Double?
    public var phases: Int?
    /// The meter's serial number, personal data.
    public var meter: String?
    /// The colour of tomorrow, in the supplier's words.
    public var tomorrow: String?
    /// The status register in words.
    public var status: String?

    public init() {}
}
