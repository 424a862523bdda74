import MeterCore
import MeterProtocols
import MeterSources

/// Runs a capture through the decoder and makes the points that the daemon would have made.
struct FramePlayer: ~Copyable {
    private var decoder: TICDecoder
    private var points: TeleinfoPoints
    /// The time of the last frame.
    private var time: Timestamp
    private let origin = Uptime.now
    private let start: Timestamp

    /// Makes a player.
    ///
    /// - Parameters:
    ///   - settings: mode, period and measurements.
    ///   - context: name and tags.
    ///   - start: the time of the first frame of a capture without times whose meter tells none.
    init(_ settings: TeleinfoSettings, context: SourceContext, start: Timestamp) {
        decoder = TICDecoder(mode: settings.mode.protocolMode)
        points = TeleinfoPoints(settings, context: context)
        time = start
        self.start = start
    }

    var quality: TICQuality { decoder.quality }

    /// Decodes a stretch of bytes; calls back with each frame, its time and its points.
    mutating func play(_ chunk: CaptureFile.Chunk, _ body: (TICFrame, Timestamp, [Point]) throws -> Void) rethrows {
        var frames: [TICFrame] = []
        decoder.push(chunk.bytes) { frames.append(copy $0) }
        for frame in frames { try handOver(frame, chunk.time, body) }
    }

    /// Ends the capture: hands over a frame that was never closed.
    mutating func finish(_ body: (TICFrame, Timestamp, [Point]) throws -> Void) rethrows {
        var frames: [TICFrame] = []
        decoder.finish { frames.append(copy $0) }
        for frame in frames { try handOver(frame, nil, body) }
    }

    /// Without a time of the capture the meter's own clock counts, and without that a second a frame.
    private mutating func handOver(
        _ frame: TICFrame,
        _ captured: Timestamp?,
        _ body: (TICFrame, Timestamp, [Point]) throws -> Void
    ) rethrows {
        let meterClock = frame.horodate(.date).map { Timestamp(seconds: $0.unixSeconds) }
        time = captured ?? meterClock ?? Timestamp(seconds: time.seconds + 1)
        let monotonic = Uptime(nanoseconds: origin.nanoseconds &+ time.nanoseconds &- start.nanoseconds)
        try body(frame, time, points.points(of: frame, at: time, monotonic: monotonic))
    }
}
