public import MeterCore
import Synchronization

extension Bus {
    /// The buses that are in use, by line; it owns none of them.
    ///
    /// A line is open once in a process, whoever asks. This remembers that fact about the process, and not
    /// a setting: nobody keeps a bus alive but those who hold a device of it.
    private static let open = Mutex<[String: Weak]>([:])
    /// How lines are opened, by line; a process has a few.
    private static let openings = Mutex<[String: Opening]>([:])

    /// The turns of those who want to open a line, and the thread that opens and closes it.
    private struct Opening: Sendable {
        let turns = Turns()
        let thread = DiskThread(name: "line")
    }

    /// A bus that is not kept alive.
    private struct Weak: Sendable {
        weak let bus: Bus?
    }

    /// The bus of a serial line: the one that another source already uses, or a new one.
    ///
    /// Take it at the beginning of `MeterSource.run`, and again when that begins anew: a bus whose line was lost is of no
    /// more use. Different names of one line, such as its link in `/dev/serial/by-id`, are the same bus.
    ///
    /// - Parameters:
    ///   - path: the device, such as `/dev/ttyUSB0`, or a link to it.
    ///   - format: for a new line; the devices' settings set their own before each exchange.
    ///   - loop: the one on which the bus waits.
    /// - Returns: a bus whose line is open.
    /// - Throws: `SerialError`, a sentence that says why the line cannot be opened, and what to do; `CancellationError`.
    public static func serial(
        at path: String,
        format: SerialSettings,
        loop: EventLoop = .main
    ) async throws -> Bus {
        let line = DiskFile.real(path)
        let opening = openings.withLock { openings in
            let opening = openings[line] ?? Opening()
            openings[line] = opening
            return opening
        }
        try await opening.turns.take()
        defer { opening.turns.end() }
        if let bus = found(line) { return bus }
        return shared(Bus(try await SerialLine.open(path, format, on: opening.thread), loop: loop), line)
    }

    /// The bus behind a converter in the network, or what else answers requests over one TCP connection.
    ///
    /// It connects as soon as a device is asked and stays usable when the connection is lost.
    public static func network(_ address: NetworkAddress, loop: EventLoop = .main) -> Bus {
        found("\(address)") ?? shared(Bus(address, loop: loop), "\(address)")
    }

    private static func found(_ line: String) -> Bus? {
        open.withLock { $0[line]?.bus }.flatMap { $0.isOpen ? $0 : nil }
    }

    private static func shared(_ bus: Bus, _ line: String) -> Bus {
        open.withLock { open in
            open = open.filter { $0.value.bus != nil }
            open[line] = Weak(bus: bus)
        }
        return bus
    }
}
