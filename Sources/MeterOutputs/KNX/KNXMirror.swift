import Logging
public import MeterCore
import MeterIO
public import MeterNotation

/// A KNX bus, by the daemon knxd: visualisations and actuators of a house see its energy there.
///
/// Nobody on the bus confirms a telegram: `shown` means that knxd took it.
public struct KNXMirror: MirrorOutput {
    /// The word in the configuration: `type = "knx"`.
    public static let type = "knx"
    /// One sentence for the list of the outputs.
    public static let summary: Phrase = "A KNX bus, by knxd."
    /// A section that a reader of the documentation can copy.
    public static let sample = """
        [output.bus]
        type = "knx"
        knxd = "/run/knx"                # or the address of the machine that it runs on

        [output.bus.groups]
        "5/0/1" = "linky.import_wh"      # as 13.010, Wh
        "5/0/2" = "linky.import_w"       # as 14.056, W
        "5/0/3" = "linky.import_w 9.024" # the same in kW
        """

    /// The keys of the section.
    let settings: KNXSettings

    /// Seconds that knxd may take to let us in, or to show that it is well.
    private static let patience = 10.0
    /// Seconds of telegrams after which knxd has to show that it is well: those behind a knxd that hangs would be told
    /// later, as of then.
    private static let trust = 10.0
    /// The pause between two telegrams: at most two a second.
    private static let pause = Duration.milliseconds(500)

    /// Reads the section; problems go to its diagnostics.
    public init(settings: ConfigSection) { self.settings = KNXSettings(settings: settings) }

    /// `knxd at /run/knx`.
    public var place: String { said("knxd at \("\(settings.place)")") }

    /// Tells the bus until the task is cancelled; comes back by itself after each outage.
    ///
    /// - Throws: `CancellationError`.
    public func run(_ context: MirrorContext) async throws {
        var speech = KNXSpeech(settings)
        var backoff = Backoff(first: .seconds(1), longest: .seconds(60))
        var alarm = Alarm()
        while true {
            do {
                let line = try await settings.place.connect()
                try await open(line)
                if alarm.clear() { context.logger.info("knxd answers again") }
                backoff.reset()
                context.status.update { $0.isThere = true }
                speech.connect()
                try await speak(&speech, line, context)
            } catch let error as CancellationError {
                throw error
            } catch {
                context.status.didFail("\(error)")
                if let repeats = alarm.raise("\(error)") {
                    context.logger.warning("knxd cannot be told; trying again", reason: "\(error)", repeats: repeats)
                }
            }
            try await EventLoop.main.sleep(for: backoff.next())
        }
    }

    private func open(_ line: any BusLine) async throws {
        try send(KNXPackets.opening, line)
        let end = Uptime.now + .seconds(Self.patience)
        var bytes: [UInt8] = []
        while Uptime.now < end {
            try await EventLoop.main.waitUntilReadable(line.descriptor, until: end)
            try receive(&bytes, line)
            switch KNXPackets.take(from: &bytes) {
            case .some(.opened): return
            case .some(.refused): throw isFull
            default: continue
            }
        }
        throw KNXError("\(place) takes the connection and says nothing; is it knxd?")
    }

    private var isFull: KNXError {
        KNXError("\(place) takes no more clients; give it more addresses with -E, or client-addrs")
    }

    /// Tells and answers until the connection is lost.
    private func speak(_ speech: inout KNXSpeech, _ line: any BusLine, _ context: MirrorContext) async throws {
        let look = min(settings.every, .seconds(10))
        var lookAt = Uptime.now
        var sayAt = Uptime.now
        var bytes: [UInt8] = []
        // The first telegram since knxd was last well, and the question whether it still is.
        var toldSince: Uptime?
        var askedAt: Uptime?
        while true {
            let now = Uptime.now
            if now >= lookAt {
                lookAt = now + look
                speech.note(context.latest())
            }
            if let askedAt, now.seconds(since: askedAt) > Self.patience {
                throw KNXError("\(place) takes nothing any more; does it hang?")
            }
            if askedAt == nil, let since = toldSince, now.seconds(since: since) >= Self.trust {
                try send(KNXPackets.reset + KNXPackets.opening, line)
                (askedAt, toldSince) = (now, nil)
            }
            if askedAt == nil, now >= sayAt, let (address, value) = speech.next(at: now) {
                sayAt = now + Self.pause
                try send(KNXPackets.telegram(address, value, isAnswer: false), line)
                toldSince = toldSince ?? now
                tell(context, speech, now)
            }
            // While more may be due, soon; else when there are new values.
            let next = sayAt > now ? min(sayAt, lookAt) : lookAt
            try await EventLoop.main.waitUntilReadable(line.descriptor, until: next)
            try receive(&bytes, line)
            while let event = KNXPackets.take(from: &bytes) {
                switch event {
                case .opened?: askedAt = nil
                case .refused?: throw isFull
                case .question(let address)?:
                    guard askedAt == nil, let value = speech.answer(address, at: .now) else { continue }
                    try send(KNXPackets.telegram(address, value, isAnswer: true), line)
                    tell(context, speech, .now)
                case nil: continue
                }
            }
        }
    }

    private func tell(_ context: MirrorContext, _ speech: KNXSpeech, _ now: Uptime) {
        let quantities = speech.quantities
        context.status.update { status in
            status.told += 1
            status.quantities = quantities
            status.lastTold = now
        }
    }

    private func send(_ packet: [UInt8], _ line: any BusLine) throws {
        guard try line.write(packet[...]) == packet.count else {
            throw KNXError("\(place) takes nothing any more; does it hang?")
        }
    }

    private func receive(_ bytes: inout [UInt8], _ line: any BusLine) throws {
        let (count, buffer) = try withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { room in
            let count = try line.read(into: room)
            return (count, Array(room.prefix(count)))
        }
        bytes += buffer.prefix(count)
        // No packet is longer than 64 KiB and what began before it.
        if bytes.count > 128 << 10 { throw KNXError("\(place) does not speak as knxd does") }
    }
}

/// A bus that cannot be told, as a sentence.
struct KNXError: Error, CustomStringConvertible {
    let description: String

    init(_ sentence: Phrase) { description = said(sentence) }
}
