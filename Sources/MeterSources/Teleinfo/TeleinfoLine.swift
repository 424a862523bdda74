import Glibc
import Logging
import MeterCore
import MeterIO
import MeterProtocols

/// The line of a meter: reads it three times a second, decodes what comes and finds its speed.
///
/// The kernel holds four seconds of it, and each wake-up costs power. The speed is found again when Enedis
/// switches the meter from historique (1200 Bd) to standard (9600 Bd).
struct TeleinfoLine: ~Copyable {
    private let settings: TeleinfoSettings
    private let context: SourceContext
    private let speeds: [TICMode]
    private var speed = 0
    private var port: SerialPort
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 8)
    private var decoder: TICDecoder
    private var hasHighBits = false
    private var groupsSeen = 0
    private var silentSince = Uptime.now
    private var bytesSinceGroup = 0
    private var statusSaidAt = Uptime.now
    private var refusedSaid = 0
    private var alarm = Alarm()

    /// Opens the line.
    ///
    /// - Throws: `SerialError` when the device cannot be opened.
    static func open(_ settings: TeleinfoSettings, _ context: SourceContext) throws(SerialError) -> TeleinfoLine {
        let speeds = settings.mode.protocolMode.map { [$0] } ?? [.standard, .historique]
        let format = Self.format(speeds[0])
        let port = try SerialPort(path: settings.device, settings: format)
        context.logger.info("Listening", metadata: ["device": "\(settings.device)", "speed": "\(format)"])
        return TeleinfoLine(settings, context, speeds, port)
    }

    /// Cannot fail: on an `init` that throws after some properties are set, Swift 6.2 trips.
    private init(
        _ settings: TeleinfoSettings,
        _ context: SourceContext,
        _ speeds: [TICMode],
        _ port: consuming SerialPort
    ) {
        self.settings = settings
        self.context = context
        self.speeds = speeds
        self.port = port
        decoder = TICDecoder(mode: settings.mode.protocolMode)
    }

    deinit { buffer.deallocate() }

    private static func format(_ mode: TICMode) -> SerialSettings {
        SerialSettings(baud: mode.baud, dataBits: 7, parity: .even)
    }

    /// Pauses, then takes what has come.
    ///
    /// - Throws: `SerialError` when the device was pulled, or what `onBytes` threw.
    mutating func turn(
        _ onFrame: (TICFrame, Timestamp) -> Void,
        _ onBytes: (UnsafeRawBufferPointer, Timestamp) throws -> Void
    ) throws {
        var pause = timespec(tv_sec: 0, tv_nsec: 300_000_000)
        nanosleep(&pause, nil)
        let count = try port.read(into: buffer)
        context.status.beat()
        let now = Uptime.now
        if count > 0 {
            let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            let time = Timestamp.now()
            try onBytes(bytes, time)
            bytesSinceGroup += count
            expectParity(in: bytes)
            decoder.push(bytes) { frame in onFrame(copy frame, time) }
            judge(now)
        }
        if now.seconds(since: silentSince) > patience { try tryNextSpeed(now) }
    }

    /// Lets the decoder check the parity where a port without it hands it over as bit 7.
    private mutating func expectParity(in bytes: UnsafeRawBufferPointer) {
        guard !port.hasParity, !hasHighBits, bytes.reduce(0, |) >= 0x80 else { return }
        hasHighBits = true
        decoder = TICDecoder(mode: settings.mode.protocolMode, parityInBit7: true)
        groupsSeen = 0
        refusedSaid = 0
    }

    /// Looks at what the decoder made of the bytes, and says it every 5 s.
    private mutating func judge(_ now: Uptime) {
        let quality = decoder.quality
        let groups = quality.groups + quality.groupsOutsideFrames
        if groups >= groupsSeen + 2 {
            if groupsSeen == 0 {
                let found = "\(speeds[speed].baud) Bd"
                context.status.update { $0.device = found }
                context.logger.info("The meter speaks", metadata: ["speed": "\(found)"])
            }
            groupsSeen = groups
            silentSince = now
            bytesSinceGroup = 0
            if alarm.trouble != nil { _ = alarm.clear() }
        }
        guard now.seconds(since: statusSaidAt) > 5 else { return }
        statusSaidAt = now
        context.status.update { status in
            status.quality = [
                "frames": quality.frames, "groups": quality.groups, "bad checksum": quality.badChecksum,
                "bad value": quality.badValue, "unknown label": quality.unknownLabel,
                "bad parity": quality.badParity, "interruptions": quality.interruptions,
            ]
            status.errors += quality.refusedGroups - refusedSaid
        }
        refusedSaid = quality.refusedGroups
    }

    /// When nothing good has come for so many seconds, the speed must be another one, or the cable is off.
    private var patience: Double { speeds[speed] == .standard ? 4 : 8 }

    private mutating func tryNextSpeed(_ now: Uptime) throws(SerialError) {
        let what =
            bytesSinceGroup == 0
            ? "nothing comes from the meter; is the cable on the meter's I1 and I2?"
            : "what comes cannot be read; is it the TIC output, and is the mode right?"
        if alarm.raise(what, at: now) != nil {
            context.logger.warning("No reading", metadata: ["reason": "\(what)", "device": "\(settings.device)"])
        }
        context.status.update { status in
            status.state = "waiting"
            status.lastError = what
            status.lastErrorAt = Timestamp.now().seconds
        }
        silentSince = now
        bytesSinceGroup = 0
        guard speeds.count > 1 else { return }
        speed = (speed + 1) % speeds.count
        hasHighBits = false
        groupsSeen = 0
        refusedSaid = 0
        decoder = TICDecoder(mode: settings.mode.protocolMode)
        try port.apply(Self.format(speeds[speed]))
    }
}
