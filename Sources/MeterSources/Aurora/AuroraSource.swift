public import MeterCore
import MeterIO
public import MeterNotation
import MeterProtocols
import Synchronization

/// A solar inverter of ABB or Power-One, by its Aurora protocol.
public final class AuroraSource: AskingSource {
    /// The value of `type` in the configuration.
    public static let type = "aurora"
    /// One line for `boxenergie sources`.
    public static let summary: Phrase = "A solar inverter of ABB or Power-One on RS485, by its Aurora protocol."
    /// A section to copy: an inverter on RS485.
    public static let sample = """
        [source.onduleur]
        type = "aurora"
        device = "/dev/ttyUSB0"   # better: /dev/serial/by-id/...; meters on the same line name the same device
        address = 2               # as on the inverter's display
        every = "10s"
        """

    /// The decoded section.
    public let settings: AuroraSettings
    /// The inverter with what was learnt about it, kept over a dongle that is pulled and comes back.
    private let known = Mutex<AuroraInverter?>(nil)

    /// Stores and counts production; adds the serial line, for the advice when nothing comes.
    public var declaration: Declaration {
        var declaration = Declaration(of: .production, in: settings.measurement, every: settings.every)
        declaration.read(over: settings.place.serialDevice)
        declaration.asking = Declaration.Asking(
            settings.place.description,
            ("\(settings.address)", "address"),
            values: [settings.isGlobal ? "plant" : "inverter"]
        )
        return declaration
    }

    /// Decodes the section; problems go to its diagnostics.
    public init(settings: ConfigSection) { self.settings = AuroraSettings(settings: settings) }

    /// Asks a round of questions at each slot.
    ///
    /// - Throws: `BusError` when the line is lost or the task is cancelled.
    public func read(
        _ context: SourceContext,
        recorder: (@Sendable ([UInt8], Timestamp) throws -> Void)?,
        onPoint: (Point) -> Void
    ) async throws {
        let inverter = known.withLock { known in
            let inverter = known ?? AuroraInverter(settings, context: context)
            known = inverter
            return inverter
        }
        let bus = try await settings.place.bus(settings.bus.format)
        if let recorder { await bus.record(recorder) }
        let device = bus.device(said("inverter \(settings.address)"), settings.bus)
        let address = settings.address
        // Each question wakes the box twice, and details say little more when they are asked more often.
        var minutes = Sampling(every: .seconds(60))
        while true {
            let now = Timestamp.now()
            let isDetailed = minutes.keeps(now)
            let points = try await inverter.round(
                at: now,
                monotonic: .now,
                wants: { _ in isDetailed },
                doubts: { device.doubts }
            ) {
                question throws(BusError) in
                try await Self.ask(question, device, address)
            }
            for point in points { onPoint(point) }
            context.status.note(device.counts)
            try await context.pause(untilSlotOf: settings.every)
        }
    }

    /// Puts a question to the inverter at an address.
    ///
    /// - Parameters:
    ///   - question: to be put.
    ///   - device: the inverter on its bus.
    ///   - address: of the inverter, 2 to 63.
    /// - Returns: its answer, which may be a refusal.
    /// - Throws: `BusError` when nothing or nothing readable came.
    nonisolated(nonsending) static func ask(
        _ question: AuroraQuestion,
        _ device: BusDevice,
        _ address: UInt8
    ) async throws(BusError) -> AuroraAnswer {
        let decoded = Mutex<AuroraAnswer?>(nil)
        _ = try await device.exchange(question.request(to: address), for: said(question.words)) { bytes in
            switch AuroraAnswer.judge(bytes[...]) {
            case .incomplete: return .incomplete
            case .noise(let count): return .skip(count)
            case .wrong(let reason): return .wrong(reason)
            case .complete:
                do throws(AuroraError) {
                    let answer = try AuroraAnswer.decode(bytes.prefix(AuroraAnswer.length), to: question)
                    decoded.withLock { $0 = answer }
                    return .complete(AuroraAnswer.length)
                } catch {
                    return .wrong("\(error)")
                }
            }
        }
        return decoded.withLock { $0 } ?? .refused(.notAvailable)
    }
}
