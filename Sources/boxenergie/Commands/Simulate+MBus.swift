import ArgumentParser
import MeterCore
import MeterIO
import MeterNotation
import MeterSimulation

/// `simulate --mbus`: meters on an M-Bus, behind a level converter that is a pseudo-terminal.
struct MBusSimulation {
    /// Kinds of the meters, one of each.
    var kinds: [MBusMeter.Kind]
    /// Speed of the house's time as a multiple of real time; the line keeps its own.
    var speed: Double
    /// Beginning, in seconds since 1970.
    var start: Int64
    /// Path of a link to the pseudo-terminal; without one its name is printed.
    var link: String?

    /// Kinds of a list such as `heat,water`.
    static func kinds(_ list: String) throws -> [MBusMeter.Kind] {
        try list.split(separator: ",").map { name in
            guard let kind = MBusMeter.Kind(rawValue: String(name)) else {
                let known = MBusMeter.Kind.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError(said("no M-Bus meter is called \"\(name)\"; known: \(known)"))
            }
            return kind
        }
    }

    /// Answers a master until the task is cancelled.
    ///
    /// Like a meter it waits a moment before it answers, and hears nothing at another speed than 2400 Bd.
    func play() async throws {
        var meters = MBusMeters(kinds, start: start)
        var terminal = try PseudoTerminal()
        if let link { try terminal.link(at: link) }
        print(link ?? terminal.name)
        for meter in meters.meters {
            printError("\(meter.kind.rawValue): address \(meter.address), id \"\(meter.number)\", 2400 Bd")
        }
        let origin = Uptime.now
        while true {
            try await EventLoop.main.waitUntilReadable(terminal.descriptor)
            let bytes = try terminal.read()
            guard terminal.readerBaud == 2400 else { continue }
            let time = start + Int64(Uptime.now.seconds(since: origin) * speed)
            let answer = meters.receive(bytes, at: time)
            guard !answer.isEmpty else { continue }
            try await EventLoop.main.sleep(for: .milliseconds(20))
            // At the speed of the line, in pieces, as they come from a real one.
            var rest = answer[...]
            while !rest.isEmpty {
                let count = try terminal.write(rest.prefix(16))
                rest = rest.dropFirst(count)
                if count == 0 { break }
                try await EventLoop.main.sleep(for: .microseconds(count * 11_000_000 / 2400))
            }
        }
    }
}
