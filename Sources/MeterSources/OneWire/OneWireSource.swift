import Logging
public import MeterCore
import MeterIO
import MeterProtocols
import Synchronization

/// A meter at a counter chip, or a thermometer, on a 1-Wire bus behind owserver.
public final class OneWireSource: AlignableSource {
    public static let type = "onewire"
    public static let summary = "A pulse meter at a DS2423 counter, or a DS18B20 thermometer, on 1-Wire by owserver."
    public static let sample = """
        [source.eau]
        type = "onewire"
        sensor = "1D.AABBCCDDEEFF"   # owdir lists them
        counter = "A"
        role = "water"
        pulses_per_m3 = 1000         # printed on the meter; pulses_per_kwh for electricity
        """

    public let settings: OneWireSettings
    /// Counts on when owserver was away.
    private let reader = Mutex<OneWireReader?>(nil)

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

    public init(settings: ConfigSection) { self.settings = OneWireSettings(settings: settings) }

    public var unit: MeterRole.DisplayUnit {
        if case .counter(_, let pulse) = settings.reading { pulse.role.displayUnit } else { .kilowattHours }
    }

    public func run(into receiver: any PointReceiver, context: SourceContext) async throws {
        let line = BusSettings(format: SerialSettings(baud: 115_200), timeout: .seconds(10), pause: .zero)
        let chip = OneWireChip(settings.device, Bus.network(settings.server).device("\(settings.device)", line))
        defer { try? context.memory?.save() }
        try await chip.refuseInventions()
        while true {
            let points = try await read(chip, context)
            for point in points { receiver.append(point) }
            context.memory?.saveIfDue()
            try await context.pause(untilSlotOf: settings.every)
        }
    }

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

    public func replay(
        _ recording: any Recording,
        into receiver: any PointReceiver,
        context: SourceContext
    ) async throws {
        var reader = OneWireReader(settings, context)
        try await reader.play(recording, into: receiver, context.status)
    }

    public func align(to value: Double, name: String, memory: SourceMemory) throws(AlignmentError) -> Double {
        guard case .counter(_, let pulse) = settings.reading else {
            throw .noTotal(name)
        }
        /// Changes the register, here if the meter is being read, and in the memory.
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
