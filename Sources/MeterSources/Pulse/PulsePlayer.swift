public import MeterCore
public import MeterProtocols

/// Runs a recorded line, see `PulseTrace`, through a pulse meter and makes the points that the daemon would make.
public struct PulsePlayer {
    /// The interval in ns, 10 s, at which the points of the meter are taken.
    private static let slot: UInt64 = 10_000_000_000
    /// Longest line of a trace in bytes, 64 KiB.
    private static let longestLine = 1 << 16

    /// The meter, without any memory.
    private var meter: PulseMeter
    /// The time of the last edge in ns; `nil` before the first.
    private var last: UInt64?
    /// The beginning of a line whose end has not come yet.
    private var rest: [UInt8] = []
    /// The number of edges so far.
    public private(set) var edges = 0
    /// The number of lines that are no edge.
    public private(set) var malformed = 0

    /// Makes a player; the line is taken for open before its first edge, or closed when that opens it.
    ///
    /// - Parameters:
    ///   - settings: the meter's.
    ///   - context: name and tags.
    public init(_ settings: PulseSettings, context: SourceContext) {
        meter = PulseMeter(settings, register: PulseRegister(initial: settings.initial), context: context)
    }

    /// The register now.
    public var register: PulseRegister { meter.register }

    /// Plays the next bytes of the trace; a line may go on in those after them.
    ///
    /// - Parameters:
    ///   - bytes: of the trace.
    ///   - take: hears at each ten seconds what the daemon would have written, which may be nothing.
    public mutating func play(_ bytes: [UInt8], _ take: (Timestamp, [Point]) throws -> Void) rethrows {
        var lines = (rest + bytes).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        rest = Array(lines.removeLast().prefix(Self.longestLine))
        for line in lines { try play(line, take) }
    }

    /// Plays the last line, and a little further than the last edge, so that a pulse at the end is counted.
    public mutating func finish(_ take: (Timestamp, [Point]) throws -> Void) rethrows {
        try play(rest[...], take)
        rest = []
        guard let last else { return }
        try show(from: last, to: last &+ 3 * Self.slot, take)
    }

    /// Plays one line; the first edge also opens the meter, at the opposite level.
    private mutating func play(_ line: ArraySlice<UInt8>, _ take: (Timestamp, [Point]) throws -> Void) rethrows {
        switch PulseTrace.read(Substring(decoding: line, as: UTF8.self)) {
        case .nothing: break
        case .malformed: malformed += 1
        case .edge(let edge):
            edges += 1
            if let last {
                try show(from: last, to: edge.time, take)
            } else {
                meter.open(isActive: !edge.isActive, at: edge.time)
            }
            meter.push(edge)
            last = max(edge.time, last ?? 0)
        }
    }

    /// Shows the points at each ten seconds between two edges; of a long silence only the first and the last hour.
    ///
    /// - Parameters:
    ///   - start: the time of the edge before, in ns.
    ///   - end: the time of the next edge, in ns.
    ///   - take: gets the points of each ten seconds.
    private mutating func show(
        from start: UInt64,
        to end: UInt64,
        _ take: (Timestamp, [Point]) throws -> Void
    ) rethrows {
        var time = (start / Self.slot + 1) * Self.slot
        while time <= end {
            meter.advance(to: time)
            let stamp = Timestamp(nanoseconds: Int64(clamping: time))
            try take(stamp, meter.points(at: stamp, time))
            time += Self.slot
            if time > start + 360 * Self.slot, time + 360 * Self.slot < end {
                time = (end - 360 * Self.slot) / Self.slot * Self.slot
            }
        }
    }
}
