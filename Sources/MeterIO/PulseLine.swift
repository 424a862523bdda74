import CGPIOD
import Glibc
import MeterCore

/// An input of the GPIO header whose edges the kernel dates and keeps until they are read.
///
/// Both edges are asked for, since only they tell how long a pulse was.
public struct PulseLine: ~Copyable {
    /// A line and its wiring.
    public struct Settings: Sendable, Hashable {
        /// The level at which the chip holds the line while the contact is open.
        public enum Bias: String, Sendable, CaseIterable {
            /// Left as another program or the device tree set it.
            case asIs = "as-is"
            /// No resistor of the chip: the wiring has its own.
            case disabled
            /// High: for a contact between the line and ground.
            case pullUp = "pull-up"
            /// Low: for a contact between the line and 3.3 V.
            case pullDown = "pull-down"
        }

        /// The chip by path, by label, or `auto` for the header of a Raspberry Pi.
        public var chip = "auto"
        /// The line of the chip, by number or by name.
        public var line: LineName
        /// The chip's resistor; pull-up by default.
        public var bias = Bias.pullUp
        /// True when a closed contact pulls the line down, as with a pull-up.
        public var isActiveLow = true
        /// Changes shorter than this stay in the kernel, where it can filter them; up to 1000 s, 0 filters nothing.
        public var debounce = Duration.zero
        /// The name that others who want the line get to see.
        public var consumer = "boxenergie"

        /// Makes settings for a contact between a line and ground.
        public init(_ line: LineName) { self.line = line }
    }

    /// A change of the line.
    public struct Edge: Sendable, Hashable {
        /// Nanoseconds by the clock that `clock` reads.
        public var time: UInt64
        /// True when the contact closed.
        public var isActive: Bool
        /// Counts the line's edges from 1 on, lost ones as well; `nil` with libgpiod 1.6 before kernel 5.10.
        public var sequence: UInt32?
    }

    /// Edges that the kernel keeps where it can be asked for more than 16: a second of a meter gone mad.
    private static let buffer: UInt32 = 1024

    /// The chip's path and label and the line's number, for messages.
    public let place: String
    private let chip: GPIOChip
    private let handle: UnsafeMutablePointer<pulse_line>

    /// Takes a line.
    ///
    /// - Throws: `PulseLineError`, a sentence that says why not, and what to do.
    public init(_ settings: Settings) throws(PulseLineError) {
        let chip = try GPIOChip.find(settings.chip)
        let offset = try chip.offset(of: settings.line)
        let handle = try Self.open(offset, of: chip, settings)
        place = "GPIO \(offset) of \(chip.path) (\(chip.label))"
        self.chip = chip
        self.handle = handle
    }

    private static func open(
        _ offset: UInt32,
        of chip: borrowing GPIOChip,
        _ settings: Settings
    ) throws(PulseLineError) -> UnsafeMutablePointer<pulse_line> {
        let (opened, code) = settings.consumer.withCString { consumer in
            var wanted = pulse_request(
                offset: offset,
                bias: settings.bias.code,
                active_low: settings.isActiveLow ? 1 : 0,
                debounce_us: UInt32(max(0, min(settings.debounce / .microseconds(1), 1e9))),
                buffer: buffer,
                consumer: consumer
            )
            return (pulse_line_open(chip.handle, &wanted), errno)
        }
        if let opened { return opened }
        switch code {
        case EBUSY: throw .busy(offset, chip.path, chip.line(offset)?.consumer ?? "")
        case ENODEV, ENXIO: throw .disconnected(chip.path)
        case EPERM, EACCES: throw PulseLineError(opening: chip.path, code: code)
        default: throw .failed("line \(offset) of \(chip.path)", String(cString: strerror(code)))
        }
    }

    deinit { pulse_line_close(handle) }

    /// Readable, in `EventLoop.waitUntilReadable` for instance, when an edge has come.
    public var fileDescriptor: CInt { pulse_line_fd(handle) }

    /// True when the contact is closed now; false, too, when the chip is gone.
    public var isActive: Bool { pulse_line_level(handle) == 1 }

    /// Waits until there is an edge, the bell rings or the time is over.
    ///
    /// - Parameters:
    ///   - bell: another descriptor.
    ///   - milliseconds: the longest wait; an interrupted one is shorter.
    public func wait(orFor bell: CInt, _ milliseconds: CInt) {
        var states = [
            pollfd(fd: fileDescriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: bell, events: Int16(POLLIN), revents: 0),
        ]
        _ = poll(&states, nfds_t(states.count), milliseconds)
    }

    /// Takes the edges that wait, 64 at most, and never waits itself.
    ///
    /// - Returns: the number of them, and whether there may have been more for which there was no room, which only
    ///   libgpiod 1.6 before kernel 5.10 does not count.
    /// - Throws: `.disconnected` when the chip is gone.
    public func read(_ body: (Edge) -> Void) throws(PulseLineError) -> (count: Int, wasFull: Bool) {
        let (count, code) = withUnsafeTemporaryAllocation(of: pulse_edge.self, capacity: Int(PULSE_READ_MAX)) { edges in
            guard let start = edges.baseAddress else { return (0, CInt(0)) }
            let (count, code) = retryingInterrupts { Int(pulse_line_read(handle, start)) }
            for edge in edges.prefix(max(count, 0)) {
                body(
                    Edge(
                        time: edge.timestamp_ns,
                        isActive: edge.is_active != 0,
                        sequence: edge.sequence == 0 ? nil : edge.sequence
                    )
                )
            }
            return (count, code)
        }
        if count >= 0 {
            let silent = Int(pulse_silent_buffer(handle))
            return (count, silent > 0 && count >= silent)
        }
        switch code {
        case EAGAIN: return (0, false)
        case EIO, ENODEV, ENXIO, EBADF: throw .disconnected(place)
        default: throw .failed(place, String(cString: strerror(code)))
        }
    }

    /// The clock that edges are dated by, in ns: `CLOCK_MONOTONIC`, which no correction of the time moves.
    public static var clock: UInt64 { pulse_clock() }

    /// The version of libgpiod that the program runs with, 1.6 or 2.
    public static var libraryVersion: String { String(cString: cgpiod_version()) }
}

extension PulseLine.Settings.Bias {
    fileprivate var code: Int32 {
        switch self {
        case .asIs: Int32(PULSE_BIAS_AS_IS.rawValue)
        case .disabled: Int32(PULSE_BIAS_DISABLED.rawValue)
        case .pullUp: Int32(PULSE_BIAS_PULL_UP.rawValue)
        case .pullDown: Int32(PULSE_BIAS_PULL_DOWN.rawValue)
        }
    }
}
