import MeterProtocols

/// Writes groups and frames as a meter does; knows nothing of the decoder but the names of labels.
struct TICWriter {
    var mode: TICMode

    /// `label SEP [horodate SEP] data SEP checksum`, without LF and CR.
    func body(_ label: String, _ data: String, horodate: String? = nil) -> [UInt8] {
        let separator = mode == .standard ? "\t" : " "
        let covered = [label, horodate, data].compactMap(\.self).joined(separator: separator)
        let bytes = Array(covered.utf8) + Array(separator.utf8)
        return bytes + [Self.checksum(mode == .standard ? bytes : bytes.dropLast())]
    }

    func group(_ label: String, _ data: String, horodate: String? = nil) -> [UInt8] {
        [0x0A] + body(label, data, horodate: horodate) + [0x0D]
    }

    func frame(_ values: [Value]) -> [UInt8] {
        [0x02] + values.flatMap { group($0.label.name, $0.data, horodate: $0.horodate) } + [0x03]
    }

    static func checksum(_ bytes: some Sequence<UInt8>) -> UInt8 {
        UInt8(bytes.reduce(0) { $0 + Int($1) } & 0x3F) + 0x20
    }
}

/// What one group says.
struct Value: Equatable, CustomStringConvertible {
    var label: TICLabel
    var data: String
    var horodate: String?

    var description: String { "\(label) \(horodate ?? "") '\(data)'" }

    /// A value such as that label has, different for each seed.
    static func sample(_ label: TICLabel, _ seed: Int = 1) -> Value {
        let digits = String(repeating: "0", count: 14) + String(seed * 7919 + Int(label.rawValue) * 31)
        let data: String
        switch label {
        case .pjourfNext, .ppointe:
            data = "00004001 06004002 22004001" + String(repeating: " NONUTILE", count: 8)
        case .ptec: data = seed % 2 == 0 ? "HP.." : "HC.."
        case .ngtf: data = "H PLEINE/CREUSE "
        case .msg1: data = "PAS DE          MESSAGE         "
        case .adco, .adsc: data = "041967123456"
        default:
            switch label.kind {
            case .integer: data = String(digits.suffix(label.length))
            case .hex: data = String(repeating: "0", count: label.length - 2) + "A\(seed % 10)"
            case .text: data = String((String(seed) + " ABCDEFGHIJKLMNOP").prefix(label.length))
            case .horodate: data = ""
            }
        }
        let season = label.name.hasPrefix("DPM") || label.name.hasPrefix("FPM") ? " " : "E"
        let second = String(seed % 50 + 10)
        return Value(label: label, data: data, horodate: label.hasHorodate ? "\(season)2507141930\(second)" : nil)
    }

    static func samples(_ labels: some Sequence<TICLabel>, _ seed: Int = 1) -> [Value] {
        labels.map { sample($0, seed) }
    }
}

/// The labels that different meters send.
enum Meters {
    static let singlePhase: [TICLabel] =
        [.adsc, .vtic, .date, .ngtf, .ltarf, .east, .easf01, .easf02, .easf10, .easd01, .irms1, .urms1, .pref, .pcoup]
        + [.sinsts, .smaxsn, .smaxsnYesterday, .ccasn, .ccasnPrevious, .umoy1, .stge, .msg1, .prm, .relais, .ntarf]
        + [.njourf, .njourfNext, .pjourfNext]
    static let everything = TICLabel.allCases.filter { $0.mode == .standard }
    static let historique: [TICLabel] =
        [.adco, .optarif, .isousc, .hchc, .hchp, .ptec, .iinst, .adps, .imax, .papp, .hhphc, .motdetat]
    static let tempo: [TICLabel] =
        [.adco, .optarif, .isousc, .bbrhcjb, .bbrhpjb, .bbrhcjw, .bbrhpjw, .bbrhcjr, .bbrhpjr, .ptec, .demain]
        + [.iinst, .imax, .papp, .hhphc, .motdetat]
    static let threePhase: [TICLabel] =
        [.adco, .optarif, .isousc, .base, .ptec, .iinst1, .iinst2, .iinst3, .imax1, .imax2, .imax3, .pmax, .papp]
        + [.hhphc, .motdetat, .ppot]
    static let alert: [TICLabel] = [.adir1, .adir3, .adco, .iinst1, .iinst2, .iinst3]
    static let all = [singlePhase, everything, historique, tempo, threePhase, alert]
}

/// What a decoder made of a capture.
struct Decoded {
    var frames: [TICFrame] = []
    var quality = TICQuality()
    var refusal: TICRefusal?

    /// Decodes the capture in pieces of `piece` bytes.
    init(
        _ bytes: [UInt8],
        mode: TICMode? = nil,
        parityInBit7: Bool = false,
        piece: Int = .max,
        finish: Bool = true
    ) {
        var decoder = TICDecoder(mode: mode, parityInBit7: parityInBit7)
        var frames: [TICFrame] = []
        var offset = 0
        while offset < bytes.count {
            let end = offset + min(piece, bytes.count - offset)
            decoder.push(Array(bytes[offset..<end])) { frames.append(copy $0) }
            offset = end
        }
        if finish { decoder.finish { frames.append(copy $0) } }
        self.frames = frames
        quality = decoder.quality
        refusal = decoder.lastRefusal
    }

    var values: [[Value]] { frames.map(\.values) }
}

extension TICFrame {
    /// All values, as the writer takes them.
    var values: [Value] {
        labels.map { Value(label: $0, data: text($0) ?? "nothing", horodate: horodate($0)?.description) }
    }
}

/// Bytes that are the same in each run.
struct Random: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
