public import MeterCore
public import MeterProtocols

/// Runs a recorded line through the decoder and makes the points that the daemon would make.
public struct TeleinfoPlayer: ~Copyable {
    /// Finds groups and frames among the bytes.
    private var decoder: TICDecoder
    /// Makes points of the frames.
    private var points: TeleinfoPoints
    /// Turns recorded times into a clock that is never set back.
    private var clock = RecordedClock()
    /// The time of the last frame, or of the first bytes.
    private var time: Timestamp?

    /// Makes a player.
    ///
    /// - Parameters:
    ///   - settings: mode, period and measurements.
    ///   - context: name and tags.
    public init(_ settings: TeleinfoSettings, context: SourceContext) {
        decoder = TICDecoder(mode: settings.mode.protocolMode)
        points = TeleinfoPoints(settings, context: context)
    }

    /// The quality of the line so far: good groups, bad checksums and so on.
    public var quality: TICQuality { decoder.quality }

    /// The number of registers held back so far.
    public var held: Int { points.held }

    /// Decodes the next bytes; calls back with each frame, its time and its points.
    public mutating func play(
        _ input: RecordedInput,
        _ body: (TICFrame, Timestamp, [Point]) throws -> Void
    ) rethrows {
        time = time ?? input.time
        var frames: [TICFrame] = []
        decoder.push(input.bytes) { frames.append(copy $0) }
        for frame in frames { try handOver(frame, input.time, body) }
    }

    /// Ends the recording: hands over a frame that was never closed.
    public mutating func finish(_ body: (TICFrame, Timestamp, [Point]) throws -> Void) rethrows {
        var frames: [TICFrame] = []
        decoder.finish { frames.append(copy $0) }
        for frame in frames { try handOver(frame, nil, body) }
    }

    /// The points of the last slot of time, after `finish`.
    public mutating func rest() -> [Point] { points.finish() }

    /// Hands over a frame: dated by the recording, else by the meter's own clock, else one second after the last one.
    ///
    /// - Parameters:
    ///   - frame: to be handed over.
    ///   - recorded: the time of its last piece, where the recording has times.
    ///   - body: takes the frame, its time and its points.
    private mutating func handOver(
        _ frame: TICFrame,
        _ recorded: Timestamp?,
        _ body: (TICFrame, Timestamp, [Point]) throws -> Void
    ) rethrows {
        let time = recorded ?? frame.clock ?? Timestamp(seconds: (time ?? .now()).seconds + 1)
        self.time = time
        let moment = clock.moment(of: time)
        try body(frame, time, points.points(of: frame, at: time, monotonic: moment.uptime))
    }
}
