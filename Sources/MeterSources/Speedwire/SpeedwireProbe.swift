public import MeterCore
import MeterIO
import MeterNotation
import MeterProtocols

extension SpeedwireSource: ProbeableSource {
    /// One way, and only among the neighbours in the network.
    public static func probes(of place: ProbePlace, _ scope: ProbeScope) -> [any MeterProbe] {
        guard case .neighbours = place else { return [] }
        return [SpeedwireProbe()]
    }
}

/// Listens for the meters of SMA, which speak once a second; nothing is asked.
struct SpeedwireProbe: MeterProbe {
    /// The title for the person who waits.
    let title = said("meters of SMA, by listening")
    /// The meters are in the network.
    let wire = ProbeWire.network
    /// The time for which it listens, 3 s.
    let longest = Duration.seconds(3)
    /// The interface to listen at; all by default.
    var interface: String?

    /// Notes each meter that is heard.
    ///
    /// - Throws: `SystemError` when nothing can be listened to, `CancellationError`.
    func look(_ notes: ProbeNotes) async throws {
        let socket = try DatagramSocket()
        try socket.bind(toGroup: SpeedwireSource.group, port: SpeedwireSource.port)
        try socket.join(SpeedwireSource.group, on: interface)
        let start = Uptime.now
        let end = start + longest
        while Uptime.now < end {
            try await EventLoop.main.waitUntilReadable(socket.descriptor, until: end)
            while let datagram = socket.receive(atMost: SpeedwireTelegram.largest) {
                guard let telegram = try? SpeedwireTelegram(datagram.bytes) else { continue }
                notes.found(finding(telegram.meter, at: datagram.sender))
                guard Uptime.now < end else { break }
            }
            let passed = start.duration(to: .now) / longest
            notes.advance(min(1, passed))
        }
    }

    /// A meter as a finding, with the section that reads it.
    private func finding(_ meter: SpeedwireTelegram.Meter, at address: String) -> ProbeFinding {
        ProbeFinding(
            "a meter of SMA at \(address), \(meter)",
            key: "\(SpeedwireSource.type) \(meter.serial) \(meter.susyID)",
            name: "reseau",
            [
                ProbeFinding.Line(key: "serial", value: "\(meter.serial)"),
                .text(
                    "role",
                    MeterRole.import.rawValue,
                    "at the grid; production or consumption if it counts something else"
                ),
            ]
        )
    }
}
