/// The two protocols a French meter can speak on its customer output.
///
/// Enedis-NOI-CPT_54E §5 and §6. A Linky leaves the factory in historique; Enedis switches it to standard on request.
public enum TICMode: UInt8, Sendable, Hashable, CaseIterable {
    /// The protocol of the meters before Linky: 1200 Bd, spaces between fields.
    case historique
    /// The protocol of Linky: 9600 Bd, tabs between fields, dates, export.
    case standard

    /// The speed of the line, in baud.
    public var baud: Int { self == .historique ? 1200 : 9600 }

    /// The byte between the fields of a group: SP or HT.
    public var separator: UInt8 { self == .historique ? 0x20 : 0x09 }
}
