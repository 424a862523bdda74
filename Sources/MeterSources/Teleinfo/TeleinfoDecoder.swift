public import MeterCore
import MeterNotation
import MeterProtocols

extension TeleinfoSource {
    /// The mode comes from the setting `mode`, by default `auto`.
    public static var decoding: Decoding? {
        Decoding { order in
            let mode = order.settings["mode"].flatMap { TeleinfoSettings.Mode(rawValue: $0) } ?? .auto
            return TeleinfoDecoder(
                mode,
                order.format ?? .influx,
                showsNumbers: order.showsNumbers,
                context: order.context(named: "linky")
            )
        }
    }
}

/// Shows a capture of a TIC output: the points of each frame, or the frame under Enedis's labels.
final class TeleinfoDecoder: CaptureDecoder {
    /// The form of the output: points, or frames under Enedis's labels.
    private let format: DecodingOrder.Format
    /// True to show the numbers of the meter and of the delivery point in full.
    private let showsNumbers: Bool
    /// Decodes the capture and makes points.
    private var player: TeleinfoPlayer

    /// Begins with nothing heard.
    ///
    /// - Parameters:
    ///   - mode: of the line, or `auto`.
    ///   - format: of the output.
    ///   - showsNumbers: true to show the numbers of the meter and of the delivery point in full.
    ///   - context: with the name and tags of the points.
    init(
        _ mode: TeleinfoSettings.Mode,
        _ format: DecodingOrder.Format,
        showsNumbers: Bool,
        context: SourceContext
    ) {
        (self.format, self.showsNumbers) = (format, showsNumbers)
        player = TeleinfoPlayer(TeleinfoSettings(mode: mode), context: context)
    }

    /// Decodes the next bytes, and shows the frames that they complete.
    func take(_ input: RecordedInput, _ show: (Decoded) throws -> Void) throws {
        try player.play(input) { frame, time, points in try show(decoded(frame, time, points)) }
    }

    /// Shows a frame that was never closed.
    func finish(_ show: (Decoded) throws -> Void) throws {
        try player.finish { frame, time, points in try show(decoded(frame, time, points)) }
        if format == .influx { try show(.points(player.rest())) }
    }

    /// The quality of the line, for the end of the output.
    var summary: String {
        let quality = player.quality
        return said(
            "\(quality.frames) frames (\(quality.shortFrames) short), \(quality.groups) good groups, "
                + "\(quality.badChecksum) bad checksums, \(quality.badValue) bad values, "
                + "\(quality.unknownLabel) unknown labels\(unknown), \(quality.interruptions) interruptions, "
                + "\(quality.overlong) overlong, \(quality.badParity) bad parity, \(quality.duplicates) duplicates"
        )
    }

    /// The unknown labels by name, with their counts.
    private var unknown: String {
        let counts = player.quality.unknownLabels
        let names = counts.keys.sorted().map { "\($0) \(counts[$0] ?? 0)" }
        return names.isEmpty ? "" : " (\(names.joined(separator: ", ")))"
    }

    /// A sentence when there was no frame.
    var failure: String? {
        guard player.quality.frames == 0 else { return nil }
        return ForeignMeter(player.quality)?.sentence ?? said("no frame was found; is it a capture of the TIC output?")
    }

    /// A frame in the form of the output.
    private func decoded(_ frame: TICFrame, _ time: Timestamp, _ points: [Point]) -> Decoded {
        switch format {
        case .influx: .points(points)
        case .json: .object(object(frame, time))
        }
    }

    /// A frame under Enedis's labels; horodates stand beside as `LABEL.horodate`.
    private func object(_ frame: TICFrame, _ time: Timestamp) -> [String: Member] {
        var values: [String: Member] = ["time": .integer(time.seconds), "mode": .string("\(frame.mode)")]
        for label in frame.labels {
            if label.kind == .integer, let value = frame.integer(label) {
                values[label.name] = .integer(value)
            } else if let text = frame.trimmed(label), label.kind != .horodate {
                values[label.name] = .string(label.isPersonal && !showsNumbers ? lastDigits(of: text) : text)
            }
            if let horodate = frame.horodate(label) { values[label.name + ".horodate"] = .string("\(horodate)") }
        }
        return values
    }

    /// A value in JSON.
    private enum Member: Encodable {
        case integer(Int64), string(String)

        func encode(to encoder: any Encoder) throws {
            var cell = encoder.singleValueContainer()
            switch self {
            case .integer(let value): try cell.encode(value)
            case .string(let value): try cell.encode(value)
            }
        }
    }
}
