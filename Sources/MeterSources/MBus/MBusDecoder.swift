public import MeterCore
import MeterProtocols

extension MBusSource {
    public static var decoding: Decoding? {
        Decoding { order in
            let role = order.settings["role"].flatMap { MeterRole(rawValue: $0) } ?? .consumption
            return MBusDecoder(role, order.format ?? .influx, context: order.context(named: type))
        }
    }
}

/// Shows frames that stand as hexadecimal text, raw bytes or a capture.
struct MBusDecoder: CaptureDecoder {
    private let format: DecodingOrder.Format
    private let points: MBusPoints
    private var framer = MBusFramer()
    private var text: HexReader?
    private var isFirst = true
    private var answers = 0
    private var refused = 0
    private var frames = 0
    /// When the stretch came that is being decoded.
    private var time: Timestamp?
    /// Telegrams of an answer that goes on.
    private var begun: [MBusTelegram] = []

    init(_ role: MeterRole, _ format: DecodingOrder.Format, context: SourceContext) {
        self.format = format
        points = MBusPoints(MBusSettings(role: role), context: context)
    }

    mutating func take(_ input: RecordedInput, _ show: (Decoded) throws -> Void) throws {
        time = input.time ?? time
        if isFirst, input.time == nil, HexReader.isHex(input.bytes) { text = HexReader() }
        isFirst = false
        try push(text?.read(input.bytes) ?? input.bytes, show)
    }

    mutating func finish(_ show: (Decoded) throws -> Void) throws {
        if let last = text?.finish() { try push([last], show) }
        var frames: [MBusFrame] = []
        framer.finish { frames.append($0) }
        for frame in frames { try note(frame, show) }
    }

    var summary: String {
        let quality = framer.quality
        return "\(quality.frames) frames, \(answers) answers of meters, \(refused) refused, "
            + "\(quality.badChecksum) bad checksums, \(quality.badFormat) bad formats, \(quality.cut) cut, "
            + "\(quality.noise) bytes of noise"
    }

    var failure: String? {
        if framer.quality.frames == 0 {
            "no frame was found; is it a capture of an M-Bus, or its bytes in hexadecimal?"
        } else if refused > 0, answers == 0 {
            "no frame could be decoded"
        } else {
            nil
        }
    }

    private mutating func push(_ bytes: [UInt8], _ show: (Decoded) throws -> Void) throws {
        var frames: [MBusFrame] = []
        framer.push(bytes) { frames.append($0) }
        for frame in frames { try note(frame, show) }
    }

    private mutating func note(_ frame: MBusFrame, _ show: (Decoded) throws -> Void) throws {
        frames += 1
        switch Result(catching: { () throws(MBusError) in try MBusTelegram(frame) }) {
        case .success(let telegram):
            answers += 1
            switch format {
            case .json: try show(.object(MBusJSON(frame, telegram, time)))
            case .influx: if let point = point(telegram) { try show(.points([point])) }
            }
        case .failure(let error):
            switch error {
            case .notAnAnswer: break
            // What the meter says in place of an answer is an answer, too.
            case .application: answers += 1
            default:
                refused += 1
                return try show(.remark("frame \(frames): \(error)"))
            }
            if format == .json { try show(.object(MBusJSON(frame, error, time))) }
        }
    }

    /// The point of an answer, once all of it is there.
    private mutating func point(_ telegram: MBusTelegram) -> Point? {
        begun.append(telegram)
        if telegram.moreFollows, begun.count < MBusReadout.mostTelegrams { return nil }
        defer { begun.removeAll() }
        let point = points.point(of: begun, at: time ?? .now())
        return point.isEmpty ? nil : point
    }
}
