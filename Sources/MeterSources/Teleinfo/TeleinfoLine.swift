import Glibc
import Logging
import MeterCore
import MeterIO
import MeterProtocols

/// The serial line to a meter, on a thread of its own.
///
/// Reads what has come four times a second: the kernel holds more than a second of it, and each wake-up costs power. It
/// finds the speed, and finds it again when Enedis switches the meter from historique (1200 Bd) to standard (9600 Bd).
actor TeleinfoLine {
    private let thread: ThreadExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private let settings: TeleinfoSettings
    private let context: SourceContext
    private let speeds: [TICMode]
    private var speed = 0
    private var decoder: TICDecoder
    private var hasHighBits = false
    private var groupsSeen = 0
    private var silentSince = ContinuousClock.now
    private var bytesSinceGroup = 0
    private var alarm = Alarm()
    private var statusSaidAt = ContinuousClock.now

    init(_ settings: TeleinfoSettings, context: SourceContext) {
        self.settings = settings
        self.context = context
        thread = ThreadExecutor(name: "tic-\(context.name)")
        speeds = settings.mode.protocolMode.map { [$0] } ?? [.standard, .historique]
        decoder = TICDecoder(mode: settings.mode.protocolMode)
    }

    /// Ends the thread.
    nonisolated func stop() { thread.stop() }

    /// Listens until the task is cancelled or the device goes away.
    ///
    /// - Throws: `SerialError` when the device cannot be opened or was pulled.
    func listen(
        onFrame: @Sendable (TICFrame, Timestamp) -> Void,
        onBytes: @Sendable (UnsafeRawBufferPointer, Timestamp) -> Void
    ) throws {
        var port = try SerialPort(path: settings.device, settings: serialSettings)
        context.logger.info("Listening", metadata: ["device": "\(settings.device)", "speed": "\(serialSettings)"])
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 8)
        defer { buffer.deallocate() }
        silentSince = .now
        while !Task.isCancelled {
            var pause = timespec(tv_sec: 0, tv_nsec: 250_000_000)
            nanosleep(&pause, nil)
            let count = try port.read(into: buffer)
            if count > 0 {
                let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
                let time = Timestamp.now()
                onBytes(bytes, time)
                decode(bytes, time, hasParity: port.hasParity, onFrame)
            }
            if isLost { try tryNextSpeed(&port) }
        }
    }

    private var serialSettings: SerialSettings {
        SerialSettings(baud: speeds[speed].baud, dataBits: 7, parity: .even)
    }

    private func decode(
        _ bytes: UnsafeRawBufferPointer,
        _ time: Timestamp,
        hasParity: Bool,
        _ onFrame: (TICFrame, Timestamp) -> Void
    ) {
        // A port without parity hands over the parity bit as bit 7, which the decoder then checks.
        if !hasParity, !hasHighBits, bytes.contains(where: { $0 >= 0x80 }) {
            hasHighBits = true
            decoder = TICDecoder(mode: settings.mode.protocolMode, parityInBit7: true)
            groupsSeen = 0
        }
        bytesSinceGroup += bytes.count
        decoder.push(bytes.bindMemory(to: UInt8.self).span) { frame in onFrame(copy frame, time) }
        let quality = decoder.quality
        let groups = quality.groups + quality.groupsOutsideFrames
        if groups >= groupsSeen + 2 {
            if groupsSeen == 0 {
                let found = "\(speeds[speed].baud) Bd"
                context.status.update { $0.device = found }
                context.logger.info("The meter speaks", metadata: ["speed": "\(found)"])
            }
            groupsSeen = groups
            silentSince = .now
            bytesSinceGroup = 0
            _ = alarm.clear()
        }
        guard .now - statusSaidAt > .seconds(5) else { return }
        statusSaidAt = .now
        context.status.update { status in
            status.quality = [
                "frames": quality.frames, "groups": quality.groups, "bad checksum": quality.badChecksum,
                "bad value": quality.badValue, "unknown label": quality.unknownLabel,
                "bad parity": quality.badParity, "interruptions": quality.interruptions,
            ]
            status.errors = quality.refusedGroups
        }
    }

    /// Whether nothing good has come for so long that the speed must be another one, or the cable is off.
    private var isLost: Bool {
        let patience: Duration = speeds[speed] == .standard ? .seconds(4) : .seconds(8)
        return .now - silentSince > patience
    }

    private func tryNextSpeed(_ port: inout SerialPort) throws {
        let what =
            bytesSinceGroup == 0
            ? "nothing comes from the meter; is the cable on the meter's I1 and I2?"
            : "what comes cannot be read; is it the TIC output, and is the mode right?"
        if alarm.raise(what) != nil {
            context.logger.warning("No reading", metadata: ["reason": "\(what)", "device": "\(settings.device)"])
        }
        context.status.update { status in
            status.state = "waiting"
            status.lastError = what
            status.lastErrorAt = Timestamp.now().seconds
        }
        silentSince = .now
        bytesSinceGroup = 0
        guard speeds.count > 1 else { return }
        speed = (speed + 1) % speeds.count
        hasHighBits = false
        groupsSeen = 0
        decoder = TICDecoder(mode: settings.mode.protocolMode)
        try port.apply(serialSettings)
    }
}
