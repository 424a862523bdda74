/// What a meter says besides its readings: who it is, what the supplier announces, and facts about the place.
///
/// It travels with a point, so that both have one date; it is not written with it.
public final class Remarks: Sendable {
    /// The meter's serial number, by which a replaced one is known.
    public let serial: String?
    public let notices: Notices?
    public let site: SiteFacts?

    public init(serial: String? = nil, notices: Notices? = nil, site: SiteFacts? = nil) {
        self.serial = serial
        self.notices = notices
        self.site = site
    }
}

/// What the supplier announces through the meter.
public struct Notices: Sendable, Hashable {
    /// The colours of Tempo days.
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
    /// `historique` or `standard`.
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
