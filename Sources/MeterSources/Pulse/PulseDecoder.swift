public import MeterCore
import MeterNotation
import MeterProtocols

extension PulseSource {
    /// Without a source a meter with 1000 pulses a kWh is assumed.
    public static var decoding: Decoding? {
        Decoding(source: .settings) { order throws(DecodingRefusal) in
            var settings = PulseSettings()
            if let (name, source) = order.source {
                guard let pulses = source as? PulseSource else {
                    throw DecodingRefusal("the source \"\(name)\" is not a pulse meter")
                }
                settings = pulses.settings
            }
            return PulseDecoder(settings, order.format ?? .influx, context: order.context(named: type))
        }
    }
}

/// Shows a recorded line of a pulse meter: an edge on each line, its time in seconds and 1 or 0.
struct PulseDecoder: CaptureDecoder {
    /// The form of the output: line protocol, or JSON with the meter's own reading.
    private let format: DecodingOrder.Format
    /// Plays the edges through a meter.
    private var player: PulsePlayer

    /// Begins with a meter that has counted nothing.
    ///
    /// - Parameters:
    ///   - settings: of the meter.
    ///   - format: of the output.
    ///   - context: with the name and tags of the points.
    init(_ settings: PulseSettings, _ format: DecodingOrder.Format, context: SourceContext) {
        self.format = format
        player = PulsePlayer(settings, context: context)
    }

    /// Plays the next bytes, and shows the readings.
    mutating func take(_ input: RecordedInput, _ show: (Decoded) throws -> Void) throws {
        let format = format
        try player.play(input.bytes) { _, points in try show(Self.decoded(points, format)) }
    }

    /// Plays the last line, and a little time after it.
    mutating func finish(_ show: (Decoded) throws -> Void) throws {
        let format = format
        try player.finish { _, points in try show(Self.decoded(points, format)) }
    }

    /// The counts, for the end of the output.
    var summary: String {
        said(
            "\(player.edges) edges, \(player.register.count) pulses, \(player.register.rejected) rejected edges, "
                + "\(player.malformed) lines that are none"
        )
    }

    /// A sentence when there was no edge.
    var failure: String? {
        player.edges > 0 ? nil : said("no edge was found; is it a trace: a time and 1 or 0 a line?")
    }

    /// An object is the meter's own reading; points that follow from it in other measurements say nothing more.
    private static func decoded(_ points: [Point], _ format: DecodingOrder.Format) -> Decoded {
        .points(format == .json ? Array(points.prefix(1)) : points)
    }
}
