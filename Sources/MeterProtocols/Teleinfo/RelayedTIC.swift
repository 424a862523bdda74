import MeterNotation

/// A meter's TIC as another device hands it on: values by label, without frames and without checksums.
///
/// Such devices list the labels of all contracts, with zeros for those that the meter does not send, or `----` when no
/// meter is there; some have labels twice, or with letters of their own. Values that contradict each other are left
/// out.
public struct RelayedTIC: Sendable {
    /// The number of the meter's phases: devices list the labels of three in any case.
    public enum Wiring: String, Sendable, CaseIterable {
        /// Three where the second or third has a current.
        case auto
        /// One or three phases, by the user's word.
        case single, three
    }

    /// Labels that the device sent twice with different values.
    public private(set) var contradictions: [TICLabel] = []
    /// The values by label, as they were sent.
    private var texts: [TICLabel: String] = [:]
    /// `PPAP` is a device's own: the power of a three-phase meter, where `PAPP` is 0.
    private var otherPower: String?
    /// True for a device that has registers of mode historique, and beside them what only mode standard tells.
    private let isMixed: Bool

    /// Takes a device's values of one meter.
    ///
    /// - Parameters:
    ///   - values: labels, in capitals or not, and their values; labels that are not of the TIC are ignored.
    ///   - isMixed: true when labels of both modes are of one frame, which is one of mode historique.
    public init(_ values: [(name: String, text: String)], isMixed: Bool = false) {
        self.isMixed = isMixed
        var contradictory: Set<TICLabel> = []
        for (name, text) in values {
            let name = name.uppercased()
            let text = text.trimmed
            if name == "PPAP" { otherPower = text }
            guard let label = TICLabel(name: name), !text.isEmpty else { continue }
            if let known = texts[label], !Self.areAlike(known, text, label) { contradictory.insert(label) }
            texts[label] = text
        }
        for label in contradictory { texts[label] = nil }
        contradictions = contradictory.sorted()
    }

    /// True when two values say the same, leading zeros aside.
    private static func areAlike(_ one: String, _ other: String, _ label: TICLabel) -> Bool {
        one == other || label.kind == .integer && one.drop { $0 == "0" } == other.drop { $0 == "0" }
    }

    /// True when the device says that no meter speaks to it: `PTEC` has only dashes or underscores.
    public var isDead: Bool { texts[.ptec].map { $0.allSatisfy { "-_".contains($0) } } ?? false }

    /// The frame that the meter would have sent; `nil` when there is nothing of one.
    ///
    /// It is in standard mode when any label of that mode is there; labels of phases and contracts that the meter does
    /// not have are left out.
    public func frame(wiring: Wiring) -> TICFrame? {
        guard !isDead else { return nil }
        let isStandard = !isMixed && texts.keys.contains { $0.mode == .standard && $0 != .date }
        var frame = TICFrame()
        frame.mode = isStandard ? .standard : .historique
        let wanted = texts.keys.filter { $0.mode == frame.mode || isMixed && Self.beside.contains($0) }
        let unwanted = isStandard ? idlePhases(wiring) : idlePhases(wiring).union(idleRegisters).union(idleAlerts)
        for label in wanted where !unwanted.contains(label) { insert(label, into: &frame) }
        if frame.integer(.papp) ?? 0 == 0, let otherPower, let power = UInt32(otherPower), power > 0, power < 100_000 {
            _ = frame.insert(.papp)
            frame.store(power, at: TICFrame.places[Int(TICLabel.papp.rawValue)])
        }
        return frame.labels.isEmpty ? nil : frame
    }

    /// The labels that a meter fills up with dots, which some devices leave out.
    private static let dotted: Set<TICLabel> = [.optarif, .ptec]

    /// The labels of mode standard that a mixed frame has: voltages and injection.
    private static let beside: Set<TICLabel> = [.urms1, .urms2, .urms3, .sinsti, .eait]

    /// Stores a value if it has the form that the meter would have sent, leading zeros and final spaces aside.
    private func insert(_ label: TICLabel, into frame: inout TICFrame) {
        guard let text = texts[label] else { return }
        let place = TICFrame.places[Int(label.rawValue)]
        switch label.kind {
        case .integer:
            // More digits than the meter's are the device's own leading zeros.
            let digits = text.drop { $0 == "0" }
            guard text.utf8.allSatisfy({ $0.isDigit }), digits.utf8.count <= label.length,
                let number = UInt32(digits.isEmpty ? "0" : String(digits))
            else { return }
            _ = frame.insert(label)
            frame.store(number, at: place)
        case .text, .hex:
            let isRight = text.utf8.allSatisfy { byte in
                label.kind == .text ? (0x20..<0x7F).contains(byte) : Character(Unicode.Scalar(byte)).isHexDigit
            }
            guard isRight, text.utf8.count <= label.length, label.kind == .text || text.utf8.count == label.length
            else {
                return
            }
            _ = frame.insert(label)
            // A frame is filled in whole words.
            let filler = UInt8(ascii: Self.dotted.contains(label) ? "." : " ")
            var bytes = Array(text.utf8) + [UInt8](repeating: filler, count: label.length - text.utf8.count)
            bytes += [UInt8](repeating: 0, count: 16)
            bytes.withUnsafeBytes { bytes in
                if let start = bytes.baseAddress { frame.store(start, count: label.length, at: place) }
            }
        case .horodate: break
        }
    }

    // MARK: - What the meter does not have

    /// The registers of each contract in historique: Base, off-peak, EJP and Tempo.
    private static let families: [[TICLabel]] = [
        [.base], [.hchc, .hchp], [.ejphn, .ejphpm], [.bbrhcjb, .bbrhpjb, .bbrhcjw, .bbrhpjw, .bbrhcjr, .bbrhpjr],
    ]

    /// The registers of the contracts that the meter does not have.
    private var idleRegisters: Set<TICLabel> {
        let own = family.map { Set(Self.families[$0]) } ?? []
        return Set(Self.families.joined()).subtracting(own)
    }

    /// The meter's contract, a place in `families`: by its option, else by the current period, else by the registers
    /// that count; `nil` when nothing tells.
    private var family: Int? {
        switch texts[.optarif]?.prefix(3) {
        case "BAS": return 0
        case "HC.", "HC": return 1
        case "EJP": return 2
        case "BBR": return 3
        default: break
        }
        switch texts[.ptec]?.prefix(4) {
        case "TH..", "TH": return 0
        case "HC..", "HP..", "HC", "HP": return 1
        case "HN..", "PM..", "HN", "PM": return 2
        case "HCJB", "HPJB", "HCJW", "HPJW", "HCJR", "HPJR": return 3
        default: break
        }
        return Self.families.firstIndex { $0.contains { (texts[$0].flatMap { Int($0) } ?? 0) > 0 } }
    }

    /// The alerts of phases that exceed nothing: the meter does not send those.
    private var idleAlerts: Set<TICLabel> {
        Set([TICLabel.adir1, .adir2, .adir3].filter { (texts[$0].flatMap { Int($0) } ?? 0) == 0 })
    }

    /// The labels that only a single-phase meter sends.
    private static let single: Set<TICLabel> = [.iinst, .imax]
    /// The labels of the first phase in a three-phase meter, for which a single-phase one has others.
    private static let first: Set<TICLabel> = [.iinst1, .imax1, .sinsts1, .smaxsn1, .smaxsn1Yesterday]
    /// The labels of the second and the third phase.
    private static let others: Set<TICLabel> = [
        .iinst2, .iinst3, .imax2, .imax3, .urms2, .urms3, .irms2, .irms3, .umoy2, .umoy3, .sinsts2, .sinsts3,
        .smaxsn2, .smaxsn3, .smaxsn2Yesterday, .smaxsn3Yesterday,
    ]

    /// The labels of the phases that the meter does not have.
    private func idlePhases(_ wiring: Wiring) -> Set<TICLabel> {
        let isThreePhase =
            switch wiring {
            case .auto: Self.others.contains { (texts[$0].flatMap { Int($0) } ?? 0) > 0 }
            case .single: false
            case .three: true
            }
        return isThreePhase ? Self.single : Self.first.union(Self.others)
    }
}
