/// A label of the TIC: the name of one value in a frame.
///
/// The facts on each label (length, unit, meaning) are in `TICLabel.table`, one line a label. The order of the cases is
/// the order in which meters send them. No name occurs in both modes.
public enum TICLabel: UInt8, Sendable, Hashable, CaseIterable {
    // Historique.
    case adir1, adir2, adir3
    case adco, optarif, isousc
    case base, hchc, hchp, ejphn, ejphpm
    case bbrhcjb, bbrhpjb, bbrhcjw, bbrhpjw, bbrhcjr, bbrhpjr
    case pejp, ptec, demain
    case iinst, iinst1, iinst2, iinst3
    case adps
    case imax, imax1, imax2, imax3
    case pmax, papp, hhphc, motdetat, ppot

    // Standard.
    case adsc, vtic, date, ngtf, ltarf
    case east
    case easf01, easf02, easf03, easf04, easf05, easf06, easf07, easf08, easf09, easf10
    case easd01, easd02, easd03, easd04
    case eait
    case erq1, erq2, erq3, erq4
    case irms1, irms2, irms3
    case urms1, urms2, urms3
    case pref, pcoup
    case sinsts, sinsts1, sinsts2, sinsts3
    case smaxsn, smaxsn1, smaxsn2, smaxsn3
    case smaxsnYesterday, smaxsn1Yesterday, smaxsn2Yesterday, smaxsn3Yesterday
    case sinsti, smaxin, smaxinYesterday
    case ccasn, ccasnPrevious, ccain, ccainPrevious
    case umoy1, umoy2, umoy3
    case stge
    case dpm1, fpm1, dpm2, fpm2, dpm3, fpm3
    case msg1, msg2, prm, relais, ntarf
    case njourf, njourfNext, pjourfNext, ppointe

    /// The characters of a group's data.
    public enum Kind: UInt8, Sendable {
        /// Decimal digits, padded with zeros.
        case integer
        /// Printable characters, padded with spaces.
        case text
        /// Hexadecimal digits.
        case hex
        /// Nothing: the horodate is the value.
        case horodate
    }

    /// The name on the wire, such as `SMAXSN-1`.
    public var name: String { definition.name }
    /// The mode in which the label is sent.
    public var mode: TICMode { self < .adsc ? .historique : .standard }
    /// The characters of the data.
    public var kind: Kind { definition.kind }
    /// The unit of the data, such as `Wh`; `nil` for a name, a code or a message.
    public var unit: String? { definition.unit }
    /// The exact length of the data, in characters, 0...98.
    public var length: Int { definition.length }
    /// True when a horodate stands between the label and the data.
    public var hasHorodate: Bool { definition.hasHorodate }
    /// The meaning in a few words, such as `voltage, phase 1`.
    public var meaning: String { definition.meaning }

    /// True for the numbers by which a household is known: those of the meter and of the delivery point.
    public var isPersonal: Bool { self == .adco || self == .adsc || self == .prm }

    /// True when the label can only stand at the beginning of a frame: the address, or the alert of a three-phase
    /// meter.
    public var opensFrame: Bool { self == .adsc || self <= .adco }

    /// The label of that name, in capitals, also of a name that older meters have for it; `nil` if no meter sends it.
    public init?(name: String) {
        guard
            let label = Self.table.first(where: { $0.name == name })?.label
                ?? Self.olderNames.first(where: { $0.name == name })?.label
        else { return nil }
        self = label
    }

    /// The label's line in the table.
    var definition: Definition { Self.table[Int(rawValue)] }
}

extension TICLabel: Comparable {
    /// The order of emission.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

extension TICLabel: CustomStringConvertible {
    /// The name on the wire.
    public var description: String { name }
}
