public import MeterCore
import MeterNotation
import MeterProtocols

extension MBusSource {
    /// The role comes from the setting `role`, by default `consumption`.
    public static var decoding: Decoding? {
        Decoding { order in
            let role = order.settings["role"].flatMap { MeterRole(rawValue: $0) } ?? .consumption
            return MBusDecoder(role, order.format ?? .influx, context: order.context(named: type))
        }
    }
}

/// Shows the frames of hexadecimal text, raw bytes or a capture.
struct MBusDecoder: CaptureDecoder {
    /// The form of the output: line protocol or JSON.
    private let format: DecodingOrder.Format
    /// Makes points of the answers.
    private let points: MBusPoints
    /// Finds frames among the bytes.
    private var framer = MBusFramer()
    /// Reads hexadecimal text; `nil` for raw bytes, which the first piece decides.
    private var text: HexReader?
    /// True until the first piece has come.
    private var isFirst = true
    /// The number of answers of meters.
    private var answers = 0
    /// The number of frames that could not be decoded.
    private var refused = 0
    /// The number of frames of any kind.
    private var frames = 0
    /// The time of the stretch being decoded; `nil` in a recording without times.
    private var time: Timestamp?
    /// The telegrams of an answer that is not complete yet.
    private var begun: [MBusTelegram] = []

    /// Begins with an empty line.
    ///
    /// - Parameters:
    ///   - role: decides the fields of points.
    ///   - format: of the output.
    ///   - context: with the name and tags of the points.
    init(_ role: MeterRole, _ format: DecodingOrder.Format, context: SourceContext) {
        self.format = format
        points = MBusPoints(MBusSettings(role: role), context: context)
    }

    /// Takes the next piece and shows the frames that it completes.
    mutating func take(_ input: RecordedInput, _ show: (Decoded) throws -> Void) throws {
        time = input.time ?? time
        if isFirst, input.time == nil, HexReader.isHex(input.bytes) { text = HexReader() }
        isFirst = false
        try push(text?.read(input.bytes) ?? input.bytes, show)
    }

    /// Shows the frames that wait for more bytes.
    mutating func finish(_ show: (Decoded) throws -> Void) throws {
        if let last = text?.finish() { try push([last], show) }
        var frames: [MBusFrame] = []
        framer.finish { frames.append($0) }
        for frame in frames { try note(frame, show) }
    }

    /// The counts, for the end of the output.
    var summary: String {
        let quality = framer.quality
        return said(
            "\(quality.frames) frames, \(answers) answers of meters, \(refused) refused, "
                + "\(quality.badChecksum) bad checksums, \(quality.badFormat) bad formats, \(quality.cut) cut, "
                + "\(quality.noise) bytes of noise"
        )
    }

    /// A sentence when nothing could be decoded.
    var failure: String? {
        if framer.quality.frames == 0 {
            said("no frame was found; is it a capture of an M-Bus, or its bytes in hexadecimal?")
        } else if refused > 0, answers == 0 {
            said("no frame could be decoded")
        } else {
            nil
        }
    }

    /// Finds the frames in bytes, and shows them.
    private mutating func push(_ bytes: [UInt8], _ show: (Decoded) throws -> Void) throws {
        var frames: [MBusFrame] = []
        framer.push(bytes) { frames.append($0) }
        for frame in frames { try note(frame, show) }
    }

    /// Shows a frame: as JSON of any kind, as a point only when it completes an answer.
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
            // A meter's report of an application error is an answer, too.
            case .application: answers += 1
            default:
                refused += 1
                return try show(.remark(said("frame \(frames): \(error)")))
            }
            if format == .json { try show(.object(MBusJSON(frame, error, time))) }
        }
    }

    /// The point of an answer, once all its telegrams are there.
    private mutating func point(_ telegram: MBusTelegram) -> Point? {
        begun.append(telegram)
        if telegram.moreFollows, begun.count < MBusReadout.mostTelegrams { return nil }
        defer { begun.removeAll() }
        let point = points.point(of: begun, at: time ?? .now())
        return point.isEmpty ? nil : point
    }
}
