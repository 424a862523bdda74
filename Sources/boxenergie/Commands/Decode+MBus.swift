import FoundationEssentials
import MeterCore
import MeterProtocols
import MeterSources

/// `decode mbus`: frames as hexadecimal text, raw bytes or a capture.
struct MBusDecoding: ~Copyable {
    private let format: Decode.Format
    private let points: MBusPoints
    private var framer = MBusFramer()
    private var answers = 0
    private var refused = 0
    private var frames = 0
    /// When the stretch came that is being decoded.
    private var time: Timestamp?
    /// Telegrams of an answer that goes on.
    private var begun: [MBusTelegram] = []

    init(format: Decode.Format, role: MeterRole, context: SourceContext) {
        self.format = format
        points = MBusPoints(MBusSettings(role: role), context: context)
    }

    /// Decodes all of a file.
    ///
    /// - Throws: a `CommandError` when no frame of a meter was found.
    mutating func run(_ file: String) throws {
        var capture = try CaptureFile(file)
        var text: HexReader?
        var isFirst = true
        while let chunk = try capture.next() {
            time = chunk.time ?? time
            if isFirst, chunk.time == nil, HexReader.isHex(chunk.bytes) { text = HexReader() }
            isFirst = false
            try take(text?.read(chunk.bytes) ?? chunk.bytes)
        }
        if let last = text?.finish() { try take([last]) }
        var frames: [MBusFrame] = []
        framer.finish { frames.append($0) }
        for frame in frames { try show(frame) }
        let quality = framer.quality
        printError(
            "\(quality.frames) frames, \(answers) answers of meters, \(refused) refused, "
                + "\(quality.badChecksum) bad checksums, \(quality.badFormat) bad formats, \(quality.cut) cut, "
                + "\(quality.noise) bytes of noise"
        )
        guard quality.frames > 0, refused == 0 || answers > 0 else {
            throw CommandError(
                quality.frames == 0
                    ? "no frame was found; is it a capture of an M-Bus, or its bytes in hexadecimal?"
                    : "no frame could be decoded"
            )
        }
    }

    private mutating func take(_ bytes: [UInt8]) throws {
        var frames: [MBusFrame] = []
        framer.push(bytes) { frames.append($0) }
        for frame in frames { try show(frame) }
    }

    private mutating func show(_ frame: MBusFrame) throws {
        frames += 1
        switch Result(catching: { () throws(MBusError) in try MBusTelegram(frame) }) {
        case .success(let telegram):
            answers += 1
            switch format {
            case .json: try print(MBusJSON(frame, telegram, time))
            case .influx: showPoint(telegram)
            }
        case .failure(let error):
            switch error {
            case .notAnAnswer: break
            // What the meter says in place of an answer is an answer, too.
            case .application: answers += 1
            default:
                refused += 1
                printError("frame \(frames): \(error)")
                return
            }
            if format == .json { try print(MBusJSON(frame, error, time)) }
        }
    }

    private func print(_ object: MBusJSON) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        Swift.print(String(decoding: try encoder.encode(object), as: UTF8.self))
    }

    private mutating func showPoint(_ telegram: MBusTelegram) {
        begun.append(telegram)
        if telegram.moreFollows, begun.count < 16 { return }
        defer { begun.removeAll() }
        let point = points.point(of: begun, at: time ?? .now())
        if point.isEmpty { return }
        var encoder = LineProtocolEncoder(precision: .seconds)
        encoder.append(point)
        Swift.print(encoder.withBytes { String(decoding: $0, as: UTF8.self) }, terminator: "")
    }
}

/// Reads bytes that stand as hexadecimal digits, in pairs or apart, with anything between them.
struct HexReader {
    private var high: UInt8?

    /// Whether bytes are hexadecimal text and no raw ones: no frame begins with a digit.
    static func isHex(_ bytes: [UInt8]) -> Bool {
        bytes.allSatisfy { digit($0) != nil || [9, 10, 13, 32].contains($0) || $0 == UInt8(ascii: ":") }
            && bytes.contains { digit($0) != nil }
    }

    mutating func read(_ text: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        for character in text {
            if let digit = Self.digit(character) {
                if let first = high.take() { bytes.append(first << 4 | digit) } else { high = digit }
            } else if let alone = high.take() {
                bytes.append(alone)
            }
        }
        return bytes
    }

    /// A last digit that stands alone.
    mutating func finish() -> UInt8? { high.take() }

    private static func digit(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
