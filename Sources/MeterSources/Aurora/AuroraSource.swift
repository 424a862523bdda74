public import MeterCore
import MeterIO
import MeterProtocols
import Synchronization

/// A solar inverter of ABB or Power-One, by its Aurora protocol.
public final class AuroraSource: AskingSource {
    public static let type = "aurora"
    public static let summary = "A solar inverter of ABB or Power-One on RS485, by its Aurora protocol."
    public static let sample = """
        [source.onduleur]
        type = "aurora"
        device = "/dev/ttyUSB0"   # better: /dev/serial/by-id/...; meters on the same line name the same device
        address = 2               # as on the inverter's display
        every = "10s"
        """

    public let settings: AuroraSettings
    /// What was learnt about the inverter outlives a dongle that is pulled and comes back.
    private let known = Mutex<AuroraInverter?>(nil)

    public var declaration: Declaration {
        var declaration = Declaration(of: .production, in: settings.measurement, every: settings.every)
        declaration.read(over: settings.place.serialDevice)
        return declaration
    }

    public init(settings: ConfigSection) { self.settings = AuroraSettings(settings: settings) }

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
        let bus = try settings.place.bus(settings.bus.format)
        if let recorder { await bus.record(recorder) }
        let device = bus.device("inverter \(settings.address)", settings.bus)
        let address = settings.address
        while true {
            let now = Timestamp.now()
            let points = try await inverter.round(at: now, monotonic: .now) { question throws(BusError) in
                try await Self.ask(question, device, address)
            }
            for point in points { onPoint(point) }
            context.status.note(device.counts)
            try await context.pause(untilSlotOf: settings.every)
        }
    }

    /// Puts a question to the inverter of an address.
    static func ask(
        _ question: AuroraQuestion,
        _ device: BusDevice,
        _ address: UInt8
    ) async throws(BusError) -> AuroraAnswer {
        let decoded = Mutex<AuroraAnswer?>(nil)
        _ = try await device.exchange(question.request(to: address), for: "\(question)") { bytes in
            switch AuroraAnswer.judge(bytes[...]) {
            case .incomplete: return .incomplete
            case .noise(let count): return .skip(count)
            case .wrong(let reason): return .wrong(reason)
            case .complete:
                do throws(AuroraError) {
                    let answer = try AuroraAnswer.decode(bytes[...], to: question)
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
