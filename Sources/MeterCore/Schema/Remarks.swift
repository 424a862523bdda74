/// The remarks of a meter beside its readings: its number, announcements of the supplier, facts about the place.
///
/// It travels with a point, so that both have one date; it is not written with it.
public final class Remarks: Sendable {
    /// The meter's serial number, by which a replaced one is known.
    public let serial: String?
    /// Announcements of the supplier; `nil` when the meter tells none.
    public let notices: Notices?
    /// Facts about the place; `nil` when the meter tells none.
    public let site: SiteFacts?

    public init(serial: String? = nil, notices: Notices? = nil, site: SiteFacts? = nil) {
        self.serial = serial
        self.notices = notices
        self.site = site
    }
}

/// The announcements that come through the meter: the supplier's Tempo colours and mobile peaks (EJP), and the meter's
/// own alert while a phase exceeds the subscribed current.
///
/// What is not said is `nil`; it is no withdrawal of what was said before.
public struct Notices: Sendable, Hashable {
    /// The colours of Tempo days.
    public enum Colour: String, Sendable, Hashable, Codable, CaseIterable {
        /// From the cheapest to the dearest day.
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

    /// The colour of the Tempo day that runs, from 6:00 to 6:00; `nil` without Tempo.
    public var today: Colour?
    /// The colour of the next Tempo day; `nil` before it is announced.
    public var tomorrow: Colour?
    /// True during the notice before a mobile peak; `nil` for a contract without peaks.
    public var isPeakAnnounced: Bool?
    /// True during a mobile peak; `nil` for a contract without peaks.
    public var isPeakRunning: Bool?
    /// The currents in A of the three phases where they exceed the subscribed one, else 0; empty while none does.
    public var overload: [Int64]

    public init(
        today: Colour? = nil,
        tomorrow: Colour? = nil,
        isPeakAnnounced: Bool? = nil,
        isPeakRunning: Bool? = nil,
        overload: [Int64] = []
    ) {
        self.today = today
        self.tomorrow = tomorrow
        self.isPeakAnnounced = isPeakAnnounced
        self.isPeakRunning = isPeakRunning
        self.overload = overload
    }

    /// True when it tells of Tempo or of a mobile peak.
    var isOfSupplier: Bool { today != nil || tomorrow != nil || isPeakAnnounced == true || isPeakRunning == true }
}

/// The facts that a meter tells of its place, with all digits of its numbers.
public struct SiteFacts: Sendable, Hashable, Codable {
    /// The delivery point, personal data.
    public var prm: String?
    /// The name of the contract, as the meter tells it (NGTF, or OPTARIF in historique).
    public var contract: String?
    /// `historique` or `standard`.
    public var mode: String?
    /// The subscribed power in kVA.
    public var subscribedKVA: Double?
    /// The number of phases, 1 or 3.
    public var phases: Int?
    /// The meter's serial number, personal data.
    public var meter: String?
    /// The colour of tomorrow, in the supplier's words.
    public var tomorrow: String?
    /// The status register in words.
    public var status: String?
    /// The names of the supplier's registers by their numbers from 1, as the meter tells them (LTARF) in mode standard:
    /// only that of the register which counts; `nil` for none.
    public var registers: [Int: String]?

    public init() {}
}
