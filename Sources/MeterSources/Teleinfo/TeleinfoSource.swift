public import MeterCore
import MeterIO
public import MeterNotation
import MeterProtocols
import Synchronization

/// The Linky and the older French meters, by their TIC output.
public final class TeleinfoSource: CapturableSource {
    /// The value of `type` in the configuration.
    public static let type = "teleinfo"
    /// One line for `boxenergie sources`.
    public static let summary: Phrase =
        "A Linky or an older French electricity meter, by its TIC (télé-information) output."
    /// A section to copy: a Linky at the serial port of the board.
    public static let sample = """
        [source.linky]
        type = "teleinfo"
        device = "/dev/ttyAMA0"   # a USB dongle: /dev/serial/by-id/...
        mode = "auto"             # historique | standard | auto
        every = "10s"
        """

    /// The decoded section.
    public let settings: TeleinfoSettings
    /// The points with what was learnt about the meter, kept over a dongle that is pulled and comes back.
    private let points = Mutex<TeleinfoPoints?>(nil)

    /// Adds the serial line, its quality and the advice when nothing comes.
    public var declaration: Declaration {
        var declaration = settings.declaration
        declaration.serialDevice = settings.device
        declaration.readsTIC = true
        declaration.lineQuality = Declaration.LineQuality(
            good: "groups",
            damaged: ["bad checksum", "bad value", "bad parity"],
            unknown: "unknown label"
        )
        declaration.advice = [
            said("Are the two wires on I1 and I2 of the meter, and firm? Which is which does not matter."),
            said("Is the adapter on the right pins, or plugged in? Its device is in the configuration."),
            said("Leave mode = \"auto\" unless you know better: the supplier can change the mode from afar."),
            said("What it hears: sudo boxenergie read {source}. The line itself, with the box stopped for a minute:"),
            Declaration.recording,
            "sudo systemctl start boxenergie; boxenergie decode teleinfo line.capture",
        ]
        return declaration
    }

    /// Decodes the section; problems go to its diagnostics.
    public init(settings: ConfigSection) {
        self.settings = TeleinfoSettings(settings: settings)
    }

    /// Listens until the task is cancelled, and tells the box the meter's time.
    ///
    /// - Throws: `SerialError` when the device cannot be opened or is pulled, `CancellationError`.
    public func run(into receiver: any PointReceiver, context: SourceContext) async throws {
        // No source has such a name, since names have no colon.
        let key = "\(context.name):meter"
        points.withLock { points in
            guard points == nil else { return }
            let known = KnownMeter(.line, remembered: context.memory?.text(of: key))
            points = TeleinfoPoints(settings, known, waits: true, context: context)
        }
        // What the slot that is open has, whatever ends the line.
        defer { for point in points.withLock({ $0?.finish() ?? [] }) { receiver.append(point) } }
        try await listen(context) { frame, time in
            let (made, held, known) = self.points.withLock { points -> ([Point], Int, String?) in
                let (held, revision) = (points?.held ?? 0, points?.meter.revision)
                let made = points?.points(of: frame, at: time, monotonic: .now) ?? []
                let known = points?.meter.revision == revision ? nil : points?.meter.text
                return (made, (points?.held ?? 0) - held, known)
            }
            context.status.didRead(at: time, held: held)
            if let clock = frame.clock { context.meterClock.says(clock) }
            if let known, !context.isLooking { context.memory?.remember(known, of: key) }
            for point in made { receiver.append(point) }
        } onBytes: { _, _ in
        } onTurn: { time in
            for point in self.points.withLock({ $0?.finishSlot(before: time) ?? [] }) { receiver.append(point) }
        }
    }

    /// Hands over what comes from the line, byte for byte, until the task is cancelled or `onBytes` throws.
    public func capture(
        _ context: SourceContext,
        onBytes: @escaping @Sendable (UnsafeRawBufferPointer, Timestamp) throws -> Void
    ) async throws {
        try await listen(context, onFrame: { _, time in context.status.didRead(at: time) }, onBytes: onBytes)
    }

    /// Plays a recorded line.
    public func replay(
        _ recording: any Recording,
        into receiver: any PointReceiver,
        context: SourceContext
    ) async throws {
        var player = TeleinfoPlayer(settings, context: context)
        func handOver(_ frame: TICFrame, _ time: Timestamp, _ points: [Point]) {
            context.status.didRead(at: time)
            for point in points { receiver.append(point) }
        }
        while let input = try await recording.next() { player.play(input, handOver) }
        player.finish(handOver)
        for point in player.rest() { receiver.append(point) }
        let held = player.held
        context.status.update { $0.held += held }
    }

    /// Reads the line on a thread of its own, since reading and pausing block.
    private func listen(
        _ context: SourceContext,
        onFrame: @escaping @Sendable (TICFrame, Timestamp) -> Void,
        onBytes: @escaping @Sendable (UnsafeRawBufferPointer, Timestamp) throws -> Void,
        onTurn: @escaping @Sendable (Timestamp) -> Void = { _ in }
    ) async throws {
        let thread = try BlockingThread(name: "tic-\(context.name)")
        defer { thread.stop() }
        let bell = try Bell()
        try await withTaskCancellationHandler {
            try await thread.run {
                var line = try TeleinfoLine.open(settings, context, until: bell)
                while !Task.isCancelled {
                    try line.turn(onFrame, onBytes)
                    onTurn(.now())
                }
            }
        } onCancel: {
            bell.ring()
        }
    }
}
