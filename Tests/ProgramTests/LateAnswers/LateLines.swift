import Foundation
import MeterCore
import MeterIO
import Synchronization
import Testing

/// The lines that `Tests/peers/late_answers.py` plays, in one process of its own.
actor LateLines {
    /// The protocols, and what carries them.
    enum Kind: String, CaseIterable, Sendable {
        case modbusRTU = "modbus-rtu"
        case modbusRTUOverTCP = "modbus-rtu-over-tcp"
        case aurora
        case mbus
    }

    /// One line with its devices.
    struct Line: Sendable {
        var kind: Kind
        var number: Int
        /// A pseudo-terminal, or a port.
        var place: String
        /// The number of devices.
        var devices: Int
        /// The number of values of each, where that is not always the same.
        var values: Int
        var hasEcho: Bool

        /// The lines of a source's configuration that say where it is.
        var settings: String {
            switch kind {
            case .modbusRTUOverTCP: "host = \"127.0.0.1\"\nport = \(place)\nframing = \"rtu\""
            default: "device = \"\(place)\""
            }
        }
    }

    /// The time-out of all devices, in milliseconds.
    static let timeout = 150

    private let peer: Peer

    init() throws {
        peer = try Peer([PythonPeer.python, PythonPeer.script("late_answers.py"), "\(Self.timeout)"])
    }

    private func order(_ text: String) -> [String] {
        peer.sendLine(text)
        return peer.line().split(separator: " ").map(String.init)
    }

    /// Makes a new line, whose troubles a seed decides.
    func begin(_ kind: Kind, seed: Int) throws -> Line {
        let words = order("begin \(kind.rawValue) \(seed)")
        try #require(words.count == 5, "\(words)")
        return Line(
            kind: kind,
            number: try #require(Int(words[0])),
            place: words[1],
            devices: try #require(Int(words[2])),
            values: try #require(Int(words[3])),
            hasEcho: words[4] == "1"
        )
    }

    /// Looks whether there is still trouble.
    ///
    /// - Returns: the time since which each answer is good and comes at once, `nil` until then; and the last time at which
    ///   the process itself was late.
    func look(_ line: Line) throws -> (calm: Uptime?, lag: Uptime) {
        let times = order("look \(line.number)").compactMap { Int64($0) }.map { Uptime(nanoseconds: $0 * 1_000_000) }
        try #require(times.count == 2)
        return (times[0].nanoseconds > 0 ? times[0] : nil, times[1])
    }

    /// Plays these troubles from the next request on, in place of the seed's, and none after them.
    func plan(_ line: Line, _ troubles: [String] = []) throws {
        try #require(order("plan \(line.number) \(troubles.joined(separator: " "))") == ["ok"])
    }

    /// A line with so many devices and values, and without echo; those of other seeds are ended.
    func begin(_ kind: Kind, devices: Int, values: Int) throws -> Line {
        var seed = 1
        while true {
            let line = try begin(kind, seed: seed)
            if line.devices == devices, line.values == values, !line.hasEcho { return line }
            _ = end(line)
            seed += 1
        }
    }

    /// Ends a line.
    ///
    /// - Returns: the requests that its devices had, since its plan if it had one.
    func end(_ line: Line) -> Int { order("end \(line.number)").first.flatMap { Int($0) } ?? 0 }
}

/// The times at which this process was late, as one that has too little of the machine is.
final class Lag: Sendable {
    private let last = Mutex(Uptime(nanoseconds: 0))

    /// Watches until cancelled.
    func watch() async throws {
        while true {
            let due = Uptime.now + .milliseconds(5)
            try await EventLoop.main.sleep(until: due)
            let now = Uptime.now
            if due + .milliseconds(LateLines.timeout / 8) < now { last.withLock { $0 = now } }
        }
    }

    /// True when it was late since a time.
    func wasSeen(since time: Uptime) -> Bool { last.withLock { $0 >= time } }
}
