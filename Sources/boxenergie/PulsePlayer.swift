import MeterCore
import MeterProtocols
import MeterSources

/// Runs a recorded line through the logic of a pulse meter and makes the points that the daemon would have made.
struct PulsePlayer {
    private static let slot: UInt64 = 10_000_000_000

    private var meter: PulseMeter
    private let points: (Timestamp, [Point]) -> Void
    private var last: UInt64?
    /// Edges so far, and lines that are none.
    private(set) var edges = 0
    private(set) var malformed = 0

    /// Makes a player; the line is taken for open before its first edge, or closed when that opens it.
    init(_ settings: PulseSettings, context: SourceContext, points: @escaping (Timestamp, [Point]) -> Void) {
        let register = PulseRegister(initial: settings.initial)
        meter = PulseMeter(settings, register: register, context: context)
        self.points = points
    }

    var register: PulseRegister { meter.register }

    /// Plays a line of the trace.
    mutating func play(_ line: Substring) {
        switch PulseTrace.read(line) {
        case .nothing: break
        case .malformed: malformed += 1
        case .edge(let edge):
            edges += 1
            if let last { show(from: last, to: edge.time) } else { meter.open(isActive: !edge.isActive, at: edge.time) }
            meter.push(edge)
            last = max(edge.time, last ?? 0)
        }
    }

    /// Plays a little further than the last edge, so that a pulse at the end is counted.
    mutating func finish() {
        guard let last else { return }
        show(from: last, to: last &+ 3 * Self.slot)
    }

    /// Shows what the daemon would have at each ten seconds in between, of a long silence the first and the last hour.
    private mutating func show(from start: UInt64, to end: UInt64) {
        var time = (start / Self.slot + 1) * Self.slot
        while time <= end {
            meter.advance(to: time)
            let stamp = Timestamp(nanoseconds: Int64(clamping: time))
            points(stamp, meter.points(at: stamp, time))
            time += Self.slot
            if time > start + 360 * Self.slot, time + 360 * Self.slot < end {
                time = (end - 360 * Self.slot) / Self.slot * Self.slot
            }
        }
    }
}
