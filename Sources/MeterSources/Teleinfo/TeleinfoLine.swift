import Logging
import MeterCore
import MeterIO
import MeterNotation
import MeterProtocols

/// The line of a meter: read once for each frame, decoded, and searched for its speed.
///
/// The kernel buffers four seconds of it, and each wake-up costs power. The speed is searched again when Enedis
/// switches the meter from historique (1200 Bd) to standard (9600 Bd).
struct TeleinfoLine: ~Copyable {
    /// The device and the mode.
    private let settings: TeleinfoSettings
    /// Rung when the line is to be left.
    private let bell: Bell
    /// The log and the status of the source.
    private let context: SourceContext
    /// The modes to try; only one when the configuration names it.
    private let speeds: [TICMode]
    /// The index of the present mode.
    private var speed = 0
    /// The open port, at 7 bits and even parity.
    private var port: SerialPort
    /// The room for one read, 4096 bytes; owned by the line.
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 8)
    /// Finds groups and frames among the bytes.
    private var decoder: TICDecoder
    /// Dates frames.
    private var clock: LineClock
    /// Says when to read.
    private var pace = FramePace()
    /// The number of bytes since the end of a frame.
    private var bytesOfFrame = 0
    /// True once a byte with bit 7 has come from a port that does not check the parity.
    private var hasHighBits = false
    /// The number of good groups when the line was last judged good.
    private var groupsSeen = 0
    /// True once the meter was heard at this speed.
    private var isFound = false
    /// The counts when the present speed was tried first.
    private var qualityBefore = TICQuality()
    /// The time since which nothing good has come.
    private var silentSince = Uptime.now
    /// The number of bytes since the last good group; 0 means a cable that is off.
    private var bytesSinceGroup = 0
    /// The time of the last word to the status.
    private var statusSaidAt = Uptime.now
    /// The number of refused groups that the status knows.
    private var refusedSaid = 0
    /// Raised while nothing good comes.
    private var alarm = Alarm()

    /// Opens the line.
    ///
    /// - Parameters:
    ///   - settings: the device and the mode.
    ///   - context: of the source.
    ///   - bell: ends a pause when it is rung.
    /// - Returns: the line, on which nothing was read yet.
    /// - Throws: `SerialError` when the device cannot be opened.
    static func open(
        _ settings: TeleinfoSettings,
        _ context: SourceContext,
        until bell: Bell
    ) throws(SerialError) -> TeleinfoLine {
        let speeds = settings.mode.protocolMode.map { [$0] } ?? [.standard, .historique]
        let format = Self.format(speeds[0])
        let port = try SerialPort(path: settings.device, settings: format)
        context.logger.info("Listening", metadata: ["device": "\(settings.device)", "speed": "\(format)"])
        return TeleinfoLine(settings, context, bell, speeds, port)
    }

    /// Makes a line of an open port.
    ///
    /// It cannot fail: Swift 6.2 trips over an `init` that throws after some properties are set.
    ///
    /// - Parameters:
    ///   - settings: the device and the mode.
    ///   - context: of the source.
    ///   - bell: ends a pause when it is rung.
    ///   - speeds: the modes to try, at least one.
    ///   - port: open at the speed of the first mode.
    private init(
        _ settings: TeleinfoSettings,
        _ context: SourceContext,
        _ bell: Bell,
        _ speeds: [TICMode],
        _ port: consuming SerialPort
    ) {
        self.settings = settings
        self.context = context
        self.bell = bell
        self.speeds = speeds
        self.port = port
        decoder = TICDecoder(mode: settings.mode.protocolMode)
        clock = LineClock(baud: speeds[0].baud, at: .now)
    }

    deinit { buffer.deallocate() }

    /// The format of a mode: 7E1 at 1200 or 9600 Bd (Enedis-NOI-CPT_54E).
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
        bell.wait(pace.pause(at: .now))
        let count = try port.read(into: buffer)
        context.status.beat()
        let now = Uptime.now
        clock.read(count, isGoingOn: decoder.isInFrame, at: now)
        if count > 0 {
            let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            let time = Timestamp.now()
            try onBytes(bytes, time)
            bytesSinceGroup += count
            expectParity(in: bytes)
            decode(bytes, time, now, onFrame)
            judge(now)
        }
        if now.seconds(since: silentSince) > patience { try tryNextSpeed(now) }
    }

    /// Decodes what was read at a time, up to the end of one frame after the other: each is dated by its end.
    private mutating func decode(
        _ bytes: UnsafeRawBufferPointer,
        _ time: Timestamp,
        _ now: Uptime,
        _ onFrame: (TICFrame, Timestamp) -> Void
    ) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let last = rest.firstIndex(of: TICDecoder.endOfFrame)
            let end = last.map { $0 + 1 } ?? rest.endIndex
            let age = clock.age(ofByteBefore: rest.endIndex - end)
            bytesOfFrame += end - rest.startIndex
            if last != nil {
                let length = Double(bytesOfFrame) * clock.byteTime
                pace.ended(at: Uptime(nanoseconds: now.nanoseconds - age), length: length)
                bytesOfFrame = 0
            }
            decoder.push(UnsafeRawBufferPointer(rebasing: rest[..<end])) { frame in
                onFrame(copy frame, Timestamp(nanoseconds: time.nanoseconds - age))
            }
            rest = rest[end...]
        }
    }

    /// Makes the decoder check the parity where a port that cannot check it delivers it as bit 7.
    private mutating func expectParity(in bytes: UnsafeRawBufferPointer) {
        guard !port.hasParity, !hasHighBits, bytes.reduce(0, |) >= 0x80 else { return }
        hasHighBits = true
        decoder = TICDecoder(mode: settings.mode.protocolMode, parityInBit7: true, quality: decoder.quality)
    }

    /// Judges the line by its good groups, and updates the status every 5 s.
    ///
    /// Two new groups make a line good; one alone may be noise.
    private mutating func judge(_ now: Uptime) {
        let quality = decoder.quality
        let groups = quality.groups + quality.groupsOutsideFrames
        if groups >= groupsSeen + 2 {
            if !isFound {
                isFound = true
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
            for (name, count) in quality.unknownLabels where count > 1 {
                status.quality["unknown label \(name)"] = count
            }
            status.errors += quality.refusedGroups - refusedSaid
        }
        refusedSaid = quality.refusedGroups
    }

    /// The time in seconds without good groups after which another speed is tried.
    ///
    /// A frame takes up to 1.5 s in mode standard and 2.3 s in mode historique, without its gaps.
    private var patience: Double { speeds[speed] == .standard ? 4 : 8 }

    /// Notes that nothing good comes, and applies the next speed when there are several.
    private mutating func tryNextSpeed(_ now: Uptime) throws(SerialError) {
        let foreign = ForeignMeter(decoder.quality, since: qualityBefore)
        let what =
            bytesSinceGroup == 0
            ? said("nothing comes from the meter; is the cable on the meter's I1 and I2?")
            : foreign?.sentence ?? said("what comes cannot be read; is it the TIC output, and is the mode right?")
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
        // What comes at the wrong speed is noise, and no quality of the line.
        if isFound || foreign != nil { qualityBefore = decoder.quality }
        isFound = false
        groupsSeen = qualityBefore.groups + qualityBefore.groupsOutsideFrames
        refusedSaid = min(refusedSaid, qualityBefore.refusedGroups)
        decoder = TICDecoder(mode: settings.mode.protocolMode, quality: qualityBefore)
        clock = LineClock(baud: speeds[speed].baud, at: now)
        pace = FramePace()
        try port.apply(Self.format(speeds[speed]))
    }
}
