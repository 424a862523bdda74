import Logging
public import MeterCore
import MeterIO
public import MeterNotation
import MeterProtocols

/// An Energy Meter or a Home Manager of SMA, which tells all in its network what it measures.
public final class SpeedwireSource: MeterSource {
    /// The value of `type` in the configuration.
    public static let type = "speedwire"
    /// One line for `boxenergie sources`.
    public static let summary: Phrase =
        "An Energy Meter or Home Manager of SMA, which speaks by itself in the network (Speedwire)."
    /// A section to copy.
    public static let sample = """
        [source.reseau]
        type = "speedwire"
        serial = 1900123456          # printed on it; without it the only meter in the network
        role = "import"              # at the grid; production, consumption or battery for one elsewhere
        every = "10s"
        """

    /// The address and the port at which meters speak.
    static let (group, port): (String, UInt16) = ("239.12.255.254", 9522)
    /// The telegrams that are taken before other tasks have their turn.
    private static let gulp = 32
    /// The seconds without a telegram after which that is said.
    private static let silence = 60.0

    /// The decoded section.
    let settings: SpeedwireSettings

    /// Stores and counts as its role says.
    public var declaration: Declaration {
        var declaration = Declaration(of: settings.role, in: settings.measurement, every: settings.every)
        declaration.turn(by: "invert = \(!settings.isInverted)")
        declaration.advice = [
            said(
                "Is the meter in the same network as the box? Its telegrams do not go through a router or most guest networks."
            ),
            said(
                "A switch with IGMP snooping must let 239.12.255.254 through. Look for it: boxenergie probe --network"
            ),
        ]
        return declaration
    }

    /// Decodes the section; problems go to its diagnostics.
    public init(settings: ConfigSection) {
        self.settings = SpeedwireSettings(settings: settings)
    }

    /// Listens until the task is cancelled; nothing is ever sent but that the box listens.
    ///
    /// - Throws: `SystemError` when the port is taken or there is no network, `CancellationError`.
    public func run(into receiver: any PointReceiver, context: SourceContext) async throws {
        let socket = try DatagramSocket()
        try socket.bind(toGroup: Self.group, port: Self.port)
        try socket.join(Self.group, on: settings.interface)
        var reader = SpeedwireReader(settings, context)
        var trouble = Trouble(
            context,
            warning: "The meter is not read; listening on",
            recovery: "The meter is read again"
        )
        var damage = Alarm()
        var quietSince = Uptime.now
        while !Task.isCancelled {
            context.status.beat()
            try await EventLoop.main.waitUntilReadable(socket.descriptor, until: .now + .seconds(20))
            for _ in 0..<Self.gulp {
                guard let datagram = socket.receive(atMost: SpeedwireTelegram.largest) else { break }
                do {
                    for reading in try reader.take(datagram.bytes, datagram.sender, at: .now) {
                        context.status.didRead(at: .now(), held: reading.held)
                        for point in reading.points { receiver.append(point) }
                        trouble.isOver()
                    }
                } catch let error as SpeedwireError {
                    // The next one comes in a second: that is no trouble.
                    Self.note(error, context, &damage)
                } catch {
                    trouble.say("\(error)")
                }
            }
            let now = Uptime.now
            if reader.hasHeard(within: Self.silence, at: now) {
                quietSince = now
                if let meter = reader.meter { context.status.update { $0.device = "\(meter)" } }
            } else if now.seconds(since: quietSince) >= Self.silence {
                quietSince = now
                // A network that came later is joined now.
                try socket.join(Self.group, on: settings.interface)
                let name = settings.serial.map { said("the meter \($0)") } ?? said("a meter")
                trouble.say(said("nothing was heard of \(name) for a minute"))
            }
        }
    }

    /// Counts a telegram that cannot be used; the log has each reason once, then once an hour.
    private static func note(_ error: SpeedwireError, _ context: SourceContext, _ alarm: inout Alarm) {
        context.status.update { status in
            status.errors += 1
            status.lastError = "\(error)"
            status.lastErrorAt = Timestamp.now().seconds
            status.quality["damaged", default: 0] += 1
        }
        guard let repeats = alarm.raise("\(error)") else { return }
        context.logger.warning("A telegram cannot be used", reason: "\(error)", repeats: repeats)
    }

    /// Decodes recorded telegrams, a datagram a piece.
    public func replay(
        _ recording: any Recording,
        into receiver: any PointReceiver,
        context: SourceContext
    ) async throws {
        var reader = SpeedwireReader(settings, context)
        try await reader.play(recording, into: receiver, context.status)
    }
}
