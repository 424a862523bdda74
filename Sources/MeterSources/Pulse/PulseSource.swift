import Logging
public import MeterCore
import MeterIO
public import MeterNotation
import MeterProtocols
import Synchronization

/// A meter that closes a contact for each unit that it counts.
public final class PulseSource: AlignableSource {
    /// The value of `type` in the configuration.
    public static let type = "pulse"
    /// One line for `boxenergie sources`.
    public static let summary: Phrase =
        "An electricity, water, gas or heat meter with a pulse (S0) output on a GPIO line."
    /// A section to copy: the meter of solar panels at GPIO 24.
    public static let sample = """
        [source.solaire]
        type = "pulse"
        role = "production"       # import | export | consumption | water | gas | heat | cooling
        line = 24                 # the GPIO's number: S0+ to GPIO 24 (pin 18), S0- to ground (pin 20)
        pulses_per_kwh = 1000     # printed on the meter; pulses_per_m3 for water and gas
        """

    /// The decoded section.
    public let settings: PulseSettings
    /// The unit of the display to align to: kWh or m³.
    public var unit: MeterRole.DisplayUnit { settings.role.displayUnit }
    /// Adds the use of GPIO, and the advice when nothing comes.
    public var declaration: Declaration {
        var declaration = settings.declaration
        declaration.gpioLine = "\(settings.line.chip) \(settings.line.line)"
        declaration.advice = [
            said("Does the meter blink? Are S0+ and S0- on the right way round, and is it the right line?"),
            said("See each pulse: boxenergie read {source}"),
        ]
        return declaration
    }
    /// The meter, kept here so that counting continues when the line was lost and found again.
    private let meter = Mutex<PulseMeter?>(nil)

    /// Decodes the section; problems go to its diagnostics.
    public init(settings: ConfigSection) { self.settings = PulseSettings(settings: settings) }

    /// Counts on a thread of its own, and reports every ten seconds; the memory is saved at the end.
    ///
    /// A register in the memory that cannot be read is logged, and counting starts from `initial`.
    ///
    /// - Throws: `PulseLineError` when the line cannot be opened or is gone, `CancellationError`.
    public func run(into receiver: any PointReceiver, context: SourceContext) async throws {
        let text = context.memory?.text(of: context.name)
        let register = text.flatMap { PulseRegister(text: $0) } ?? PulseRegister(initial: settings.initial)
        if let text, PulseRegister(text: text) == nil {
            context.logger.error("The meter's total cannot be read, it starts anew", metadata: ["found": "\(text)"])
        }
        meter.withLock { $0 = $0 ?? PulseMeter(settings, register: register, context: context) }
        let watch = try PulseWatch(name: context.name)
        let bell = try Bell()
        defer {
            watch.stop()
            context.memory?.saveSoon()
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            let (opened, isOpen) = AsyncStream<Void>.makeStream()
            group.addTask {
                defer { isOpen.finish() }
                try await withTaskCancellationHandler {
                    try await self.count(on: watch, bell, context) { isOpen.yield() }
                } onCancel: {
                    bell.ring()
                }
            }
            group.addTask {
                // The stream ends without an element when the line cannot be opened.
                guard await opened.first(where: { _ in true }) != nil else { return }
                try await self.report(to: receiver, context)
            }
            // The first that fails ends the other one.
            while try await group.next() != nil {}
        }
    }

    /// Aligns the register to the value on the meter's display, for good.
    ///
    /// - Returns: the value before.
    /// - Throws: `AlignmentError` when it cannot be saved; the register is then as before.
    public func align(to value: Double, name: String, memory: SourceMemory) throws(AlignmentError) -> Double {
        let remembered =
            memory.text(of: name).flatMap { PulseRegister(text: $0) } ?? PulseRegister(initial: settings.initial)
        /// Changes the register, in the running meter when there is one and in the memory.
        func change(to value: Double) -> Double {
            meter.withLock { meter in
                var register = meter?.register ?? remembered
                let before = register.value(pulsesPerUnit: settings.pulsesPerUnit)
                register.align(to: value)
                meter?.align(to: value)
                memory.remember(register.text, of: name)
                return before
            }
        }
        let before = change(to: value)
        do throws(DiskError) {
            try memory.save()
        } catch {
            _ = change(to: before)
            throw .notSaved(error)
        }
        return before
    }

    /// Plays recorded edges; lines that are none are counted as one failure.
    public func replay(
        _ recording: any Recording,
        into receiver: any PointReceiver,
        context: SourceContext
    ) async throws {
        var player = PulsePlayer(settings, context: context)
        func handOver(_ time: Timestamp, _ points: [Point]) {
            context.status.didRead(at: time)
            for point in points { receiver.append(point) }
        }
        while let input = try await recording.next() { player.play(input.bytes, handOver) }
        player.finish(handOver)
        guard player.malformed > 0 else { return }
        context.status.didFail("\(player.malformed) lines are no edge: a time and 1 or 0")
    }

    // MARK: - Counting and reporting

    /// Counts edges until the line is lost or the bell is rung.
    ///
    /// - Parameters:
    ///   - watch: the thread that reads the line.
    ///   - bell: wakes it when the task is cancelled.
    ///   - context: of the source.
    ///   - whenOpen: called when the line is open.
    /// - Throws: `PulseLineError` when the line cannot be opened or is gone.
    private func count(
        on watch: PulseWatch,
        _ bell: Bell,
        _ context: SourceContext,
        whenOpen: @escaping @Sendable () -> Void
    ) async throws {
        var line = settings.line
        line.consumer = "boxenergie \(context.name)"
        try await watch.watch(line, bell: bell) { place, isActive, time in
            self.meter.withLock { $0?.open(isActive: isActive, at: time) }
            context.status.update { $0.device = place }
            context.logger.info("Counting", metadata: ["line": "\(place)"])
            whenOpen()
        } onEdges: { edges, wasFull, time in
            context.status.beat()
            return self.meter.withLock { meter in
                let before = meter?.register
                for edge in edges { meter?.push(edge) }
                if wasFull { meter?.noteFullBuffer() }
                if let time { meter?.advance(to: time) }
                if let register = meter?.register, register != before {
                    context.memory?.remember(register.text, of: context.name)
                }
                return meter?.isUndecided ?? false
            }
        }
    }

    /// Hands over the register, at once and then in each slot of time in which it changed.
    private func report(to receiver: any PointReceiver, _ context: SourceContext) async throws {
        var lost: UInt64?
        while true {
            let time = Timestamp.now()
            let (points, register) = meter.withLock { meter in
                (meter?.points(at: time, PulseLine.clock) ?? [], meter?.register)
            }
            for point in points { receiver.append(point) }
            context.status.didRead(at: time)
            if let register {
                context.status.update { status in
                    status.quality = [
                        "pulses": Int(clamping: register.count), "rejected edges": Int(clamping: register.rejected),
                        "lost edges": Int(clamping: register.lost),
                    ]
                }
                if let lost, register.lost > lost {
                    context.logger.warning(
                        "Edges came faster than they could be read; compare the total with the meter's display",
                        metadata: ["lost": "\(register.lost - lost)"]
                    )
                }
                lost = register.lost
            }
            context.memory?.saveIfDue()
            // To the next ten seconds of the clock, even when points are rarer: what was counted is saved in time.
            let slot: Int64 = 10_000_000_000
            try await EventLoop.main.sleep(for: .nanoseconds(slot - (time.nanoseconds % slot + slot) % slot))
        }
    }
}
