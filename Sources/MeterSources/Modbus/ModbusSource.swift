import Logging
public import MeterCore
import MeterIO
public import MeterNotation
import MeterProtocols
import Synchronization

/// Meters and inverters that speak Modbus, on a serial line or in the network.
public final class ModbusSource: AskingSource {
    /// The value of `type` in the configuration.
    public static let type = "modbus"
    /// One line for `boxenergie sources`.
    public static let summary: Phrase =
        "A meter or an inverter that speaks Modbus (RTU or TCP), by its profile or by SunSpec."
    /// A section to copy: a heat pump's meter by its profile.
    public static let sample = """
        [source.pac]
        type = "modbus"
        host = "192.168.1.20"        # or, for an RS485 adapter: device = "/dev/serial/by-id/..."
        unit = 1
        profile = "eastron-sdm120"   # boxenergie profiles lists them; without it SunSpec is tried
        role = "consumption"         # import (the whole house at the grid) | export | production | battery ...
        every = "10s"
        """

    /// The decoded section.
    let settings: ModbusSettings
    /// The reader with what was learnt about the device, kept over a line that is lost and comes back.
    private let reader = Mutex<(any ModbusReader)?>(nil)

    /// Adds the serial line, for the advice when nothing comes.
    public var declaration: Declaration {
        var declaration = settings.declaration
        declaration.read(over: settings.place.serialDevice)
        declaration.asking = settings.asking
        return declaration
    }

    /// Decodes the section; problems go to its diagnostics.
    public init(settings: ConfigSection) {
        self.settings = ModbusSettings(settings: settings)
    }

    /// Reads the device at each slot; silence and refusals are noted and tried again.
    public func read(
        _ context: SourceContext,
        recorder: (@Sendable ([UInt8], Timestamp) throws -> Void)?,
        onPoint: (Point) -> Void
    ) async throws {
        let reader = reader.withLock { known -> any ModbusReader in
            let reader = known ?? settings.reader(context)
            known = reader
            return reader
        }
        // A source that begins anew may find another device.
        await reader.forget()
        let bus = try await settings.place.bus(settings.format)
        if let recorder { await bus.record(recorder) }
        let device = bus.device(said("unit \(settings.unit)"), settings.bus)
        let link = ModbusLink(
            device,
            unit: settings.unit,
            framing: settings.framing,
            tries: settings.retries + 1,
            takesOneClient: settings.takesOneClient
        )
        // A device that refuses everything is asked less and less often, up to twice a minute: finding out which of its
        // registers it has takes time of its line.
        var trouble = Trouble(
            context,
            warning: "The device does not answer as it should",
            recovery: "The device answers again",
            longest: .seconds(32)
        )
        var rest = Duration.zero
        while !Task.isCancelled {
            do {
                let before = await reader.held
                let points = try await reader.read(link)
                context.status.didRead(at: .now(), held: await reader.held - before)
                trouble.isOver()
                rest = .zero
                for point in points { onPoint(point) }
            } catch let silence as ModbusTrouble {
                // Its bus leaves it alone for long enough already.
                if !silence.isResting {
                    await reader.forget()
                    trouble.say("\(silence)")
                }
            } catch let refusal as ModbusError {
                await reader.forget()
                rest = try trouble.note(refusal)
            }
            context.status.note(device.counts)
            if settings.closes { try await bus.hangUp() }
            try await context.pause(untilSlotOf: settings.every, atLeast: rest)
        }
    }
}

/// Reads all that is wanted from a device, whether by SunSpec or by a list.
protocol ModbusReader: Actor {
    /// Reads everything once.
    ///
    /// - Throws: `ModbusError` when the device refuses, `ModbusTrouble` when it is silent, or an error of the line.
    func read(_ link: any ModbusAsking) async throws -> [Point]
    /// Forgets what may have changed while the device was away: it is found out again.
    func forget()
    /// The number of register values held back since the start.
    var held: Int { get }
}

extension ModbusSettings {
    /// The reader for the values to read.
    func reader(_ context: SourceContext) -> any ModbusReader {
        switch map {
        case .sunSpec(let bases, let most): SunSpecReader(bases: bases, most: most, self, context)
        case .registers(let list, let kind, let serial):
            RegisterReader(list, kind: kind, serial: serial, self, context)
        }
    }

    /// The bus settings of the device.
    ///
    /// On a serial line the pause is never shorter than the silence of 3.5 characters that ends a frame.
    var bus: BusSettings {
        let silence = max(pause, framing == .rtu ? RTUFrame.silence(baud: format.baud) : .zero)
        return BusSettings(
            format: format,
            timeout: timeout,
            pause: silence,
            tries: retries + 1,
            mark: framing == .rtu ? .device(Int(unit)) : .request,
            settling: settling
        )
    }
}
