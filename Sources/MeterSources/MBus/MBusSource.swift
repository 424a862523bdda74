import Logging
public import MeterCore
import MeterIO
public import MeterNotation
import MeterProtocols

/// A meter on a wired M-Bus: heat, water, gas or electricity.
public final class MBusSource: AskingSource {
    /// The value of `type` in the configuration.
    public static let type = "mbus"
    /// One line for `boxenergie sources`.
    public static let summary: Phrase = "A heat, water, gas or electricity meter on a wired M-Bus (EN 13757)."
    /// A section to copy: a heat meter with two fields of the user's own.
    public static let sample = """
        [source.chauffage]
        type = "mbus"
        device = "/dev/ttyUSB0"      # the level converter; or host = "192.168.1.20" and port = 10001
        address = 5                  # primary, 0 to 250; or the number on the meter: id = "12345678"
        role = "heat"                # consumption | production | battery | water | gas | cooling ...
        every = "15m"

        [source.chauffage.fields]    # more than the role's own fields; boxenergie decode mbus shows the names
        max_w = "maximum power in W"
        last_year = "energy storage 1 in kWh"
        """

    /// The decoded section.
    public let settings: MBusSettings

    /// Stores and counts as its role says; adds the serial line, for the advice when nothing comes.
    public var declaration: Declaration {
        var declaration = Declaration(
            of: settings.role,
            in: settings.measurement,
            kind: settings.role.kind ?? .meter,
            every: settings.every
        )
        if case .serial(let device) = settings.line { declaration.read(over: device) }
        let setting = if case .primary = settings.address { "address" } else { "id" }
        let line = if case .network(let address) = settings.line { "\(address)" } else { "" }
        declaration.asking = Declaration.Asking(
            line,
            ("\(settings.address)", setting),
            values: Set(settings.fields.map { "\(settings.role) \($0.selector)" })
        )
        return declaration
    }

    /// Decodes the section; problems go to its diagnostics.
    public init(settings: ConfigSection) {
        self.settings = MBusSettings(settings: settings)
    }

    /// Reads the meter at each slot; a failure is tried again after a minute at most.
    ///
    /// A reading with registers in doubt is repeated within ten seconds.
    ///
    /// - Throws: `BusError` when the line is lost, `CancellationError`.
    public func read(
        _ context: SourceContext,
        recorder: (@Sendable ([UInt8], Timestamp) throws -> Void)?,
        onPoint: (Point) -> Void
    ) async throws {
        let bus = try await bus()
        if let recorder { await bus.record(recorder) }
        let device = bus.device(context.name, settings.bus)
        context.logger.info("Listening", metadata: ["device": "\(device.name)", "speed": "\(device.settings.format)"])
        let status = context.status
        let readout = MBusReadout(device: device, address: settings.address) { status.beat() }
        var reader = MBusReader(settings, context: context)
        var trouble = Trouble(context, warning: "No reading", recovery: "The meter answers again")
        while true {
            do {
                let telegrams = try await readout.read()
                guard let reading = reader.take(telegrams, at: .now) else { continue }
                note(telegrams, device, context)
                context.status.didRead(at: reading.point.timestamp, held: reading.held.count)
                trouble.isOver()
                if reading.point.isEmpty, reading.held.isEmpty { throw NoFields(role: settings.role) }
                if !reading.point.isEmpty { onPoint(reading.point) }
                // A register in doubt is looked at again soon.
                let next = reading.held.isEmpty ? settings.every : min(settings.every, .seconds(10))
                try await context.pause(untilSlotOf: next)
            } catch let error as BusError where error.reason == .lineLost || error.reason == .cancelled {
                throw error.reason == .cancelled ? CancellationError() : error
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                trouble.say("\(error)")
                note([], device, context)
                try await context.pause(untilSlotOf: min(settings.every, .seconds(60)))
            }
        }
    }

    /// The bus at the converter, shared by all its meters.
    private func bus() async throws -> Bus {
        switch settings.line {
        case .serial(let path):
            try await Bus.serial(at: path, format: settings.bus.format)
        case .network(let address): Bus.network(address)
        }
    }

    /// Notes the line's counts, and the meter's number, medium and conditions.
    private func note(_ telegrams: [MBusTelegram], _ device: BusDevice, _ context: SourceContext) {
        context.status.note(device.counts)
        guard let header = telegrams.first?.header else { return }
        let meter = header.meter.map { ["\($0.manufacturer) \($0.digits), \($0.medium)"] } ?? []
        context.status.update { $0.device = (meter + header.status.conditions).joined(separator: ", ") }
    }
}

extension MBusSettings {
    /// The bus settings of the meter.
    var bus: BusSettings {
        BusSettings(
            format: SerialSettings(baud: baud, dataBits: 8, parity: .even),
            timeout: timeout,
            // 33 bits of silence end what a meter hears.
            pause: .microseconds(33_000_000 / baud),
            tries: 2,
            mark: address.mark
        )
    }
}

/// An error: the meter answers, and none of its records is one of its role.
struct NoFields: Error, CustomStringConvertible {
    /// The configured role.
    var role: MeterRole

    /// The sentence, with what to try.
    var description: String { said(sentence) }

    private var sentence: Phrase {
        "the meter answers, but has none of the fields of the role \(role.rawValue); "
            + "is the role right? boxenergie read --format influx shows what comes of others"
    }
}
