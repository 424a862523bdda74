import Logging
public import MeterCore
import MeterIO
public import MeterNotation
import MeterProtocols
import Synchronization

/// A meter at a counter chip, or a thermometer, on a 1-Wire bus behind owserver.
public final class OneWireSource: AlignableSource {
    /// The value of `type` in the configuration.
    public static let type = "onewire"
    /// One line for `boxenergie sources`.
    public static let summary: Phrase =
        "A pulse meter at a DS2423 counter, or a DS18B20 thermometer, on 1-Wire by owserver."
    /// A section to copy: a water meter at the counter A.
    public static let sample = """
        [source.eau]
        type = "onewire"
        sensor = "1D.AABBCCDDEEFF"   # owdir lists them
        counter = "A"
        role = "water"
        pulses_per_m3 = 1000         # printed on the meter; pulses_per_kwh for electricity
        """

    /// The decoded section.
    public let settings: OneWireSettings
    /// The reader, kept here so that counting continues when owserver was away.
    ///
    /// Under a lock, since `align` comes from another task than `run`.
    private let reader = Mutex<OneWireReader?>(nil)

    /// A counter stores and counts as its role says; a thermometer stores its temperature and counts nothing.
    public var declaration: Declaration {
        switch settings.reading {
        case .counter(_, let pulse):
            var declaration = pulse.declaration
            declaration.longestPause = max(declaration.longestPause, settings.every)
            return declaration
        case .temperature(let measurement):
            let store = Declaration.Store(.temperature, in: measurement)
            return Declaration(stores: [store], counts: [], every: settings.every)
        }
    }

    /// Decodes the section; problems go to its diagnostics.
    public init(settings: ConfigSection) { self.settings = OneWireSettings(settings: settings) }

    /// The unit of the display to align to: kWh or m³.
    public var unit: MeterRole.DisplayUnit {
        if case .counter(_, let pulse) = settings.reading { pulse.role.displayUnit } else { .kilowattHours }
    }

    /// Reads the chip at each slot until an error; the memory is saved when due and at the end.
    ///
    /// - Throws: `OneWireChip.Failure` or `BusError` at the first failure; the caller starts it again.
    public func run(into receiver: any PointReceiver, context: SourceContext) async throws {
        let line = BusSettings(
            format: SerialSettings(baud: 115_200),
            timeout: .seconds(10),
            pause: .zero,
            mark: .connection
        )
        let chip = OneWireChip(settings.device, Bus.network(settings.server).device("\(settings.device)", line))
        defer { context.memory?.saveSoon() }
        try await chip.refuseInventions()
        while true {
            let points = try await read(chip, context)
            for point in points { receiver.append(point) }
            context.memory?.saveIfDue()
            try await context.pause(untilSlotOf: settings.every)
        }
    }

    /// The points of one reading; the total is remembered under the same lock.
    private func read(_ chip: OneWireChip, _ context: SourceContext) async throws -> [Point] {
        let moment = Moment.now
        let text =
            switch settings.reading {
            case .temperature: try await chip.property("temperature")
            case .counter(let input, _): try await chip.count(input)
            }
        let reading = try reader.withLock { reader in
            var known = reader ?? OneWireReader(settings, context)
            defer { reader = known }
            let reading = try known.reading(of: text, at: moment)
            if let meter = known.meter { context.memory?.remember(meter.text, of: context.name) }
            return reading
        }
        if reading.problems.isEmpty {
            context.status.didRead(at: moment.time, held: reading.held)
        } else {
            context.status.didFail(reading.problemsInWords)
        }
        return reading.points
    }

    /// Decodes a recording of the property.
    public func replay(
        _ recording: any Recording,
        into receiver: any PointReceiver,
        context: SourceContext
    ) async throws {
        var reader = OneWireReader(settings, context)
        try await reader.play(recording, into: receiver, context.status)
    }

    /// Aligns the counter to the meter's display.
    ///
    /// - Returns: the display's value before.
    /// - Throws: `AlignmentError` for a thermometer, a meter never read, or a memory that cannot be saved: the total is
    ///   then as before.
    public func align(to value: Double, name: String, memory: SourceMemory) throws(AlignmentError) -> Double {
        guard case .counter(_, let pulse) = settings.reading else {
            throw .noTotal(name)
        }
        /// Changes the register, in the running reader when there is one and in the memory; `nil` when neither knows
        /// it.
        func change(to value: Double) -> Double? {
            reader.withLock { reader in
                let logger = Logger(label: "boxenergie") { _ in SwiftLogNoOpLogHandler() }
                let context = SourceContext(name: name, tags: [], logger: logger)
                guard reader?.meter != nil || memory.text(of: name) != nil else { return nil }
                var known =
                    reader?.meter
                    ?? OneWireMeter(pulse, settings.device, remembered: memory.text(of: name), context: context)
                let before = known.register.value(pulsesPerUnit: pulse.pulsesPerUnit)
                known.align(to: value)
                if reader?.meter != nil { reader?.meter = known }
                memory.remember(known.text, of: name)
                return before
            }
        }
        guard let before = change(to: value) else {
            throw .neverRead(name)
        }
        do throws(DiskError) {
            try memory.save()
        } catch {
            _ = change(to: before)
            throw .notSaved(error)
        }
        return before
    }
}
