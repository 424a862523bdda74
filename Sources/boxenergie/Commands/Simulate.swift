import ArgumentParser
import Glibc
import MeterCore
import MeterIO
import MeterNotation
import MeterSimulation
import MeterSources

/// `simulate`: a house to try things with.
struct Simulate: AsyncParsableCommand {
    /// Abstract, discussion and examples.
    static let configuration = CommandConfiguration(
        abstract: said("Plays a believable house with a Linky on a pseudo-terminal."),
        discussion: prose(
            """
            Prints the name of the pseudo-terminal, which any program can read as if it were the meter's serial line. With
            --output it writes a capture instead, of any span and as fast as it can. With --points it writes the readings
            of the Linky, of an inverter and of what else is asked for, and all that follows from them, into the
            configured database: what a box would have written in months. Readings that the database would not keep are
            left out. With --link or --modbus as well, the house then goes on living on these lines.

            EXAMPLES:
              boxenergie simulate --link /tmp/linky
              boxenergie simulate --link /tmp/linky --modbus /tmp/rs485
              boxenergie simulate --link /tmp/linky --aurora /tmp/rs485
              boxenergie simulate --mode historique --tariff tempo --phases 3
              boxenergie simulate --mbus heat,water --link /tmp/mbus
              boxenergie simulate --output day.capture --from 1718000000 --seconds 86400
              boxenergie simulate --points --days 400 --raw-days 2 --config demo.toml
              boxenergie simulate --points --days 30 --battery --hybrid --heater \\
                  --config demo.toml
              boxenergie simulate --points --days 365 --step 60 --link /tmp/linky \\
                  --modbus /tmp/rs485 --config demo.toml
              boxenergie simulate --pulses 1000 --output - --seconds 3600 \\
                  | boxenergie decode pulse
            """
        )
    )

    /// TIC mode of the Linky: 9600 Bd in `standard`, 1200 Bd in `historique`.
    @Option(help: .said("The meter's TIC mode: \(HouseMode.allCases.map(\.rawValue).joined(separator: ", "))."))
    var mode = HouseMode.standard

    /// Number of phases, 1 or 3.
    @Option(help: .said("1 or 3."))
    var phases = 1

    /// Contract of the house.
    @Option(help: .said("The contract: \(HouseTariff.allCases.map(\.rawValue).joined(separator: ", "))."))
    var tariff = HouseTariff.hphc

    /// True for a house without panels, whose meter counts no export.
    @Flag(help: .said("A house without solar panels, whose meter counts no injection."))
    var consumer = false

    /// True for a battery at the alternating current.
    @Flag(help: .said("With --points or --modbus: a battery of 5 kWh beside the panels."))
    var battery = false

    /// True for a hybrid inverter.
    @Flag(
        help: .said("With --points: a hybrid inverter with panels and 9.6 kWh behind it, which also charges at night.")
    )
    var hybrid = false

    /// True for a meter at the water heater.
    @Flag(help: .said("With --points or --modbus: a meter of its own at the water heater."))
    var heater = false

    /// True for a water meter.
    @Flag(help: .said("With --points or --modbus: a water meter."))
    var water = false

    /// True for a house that not everything goes well in.
    @Flag(help: .said("A voltage that is too high every ninth noon; with --points also an afternoon without the box."))
    var troubles = false

    /// Kinds of M-Bus meters, in the place of the house.
    @Option(
        help: .said("Meters on an M-Bus instead: \(MBusMeter.Kind.allCases.map(\.rawValue).joined(separator: ", ")).")
    )
    var mbus: String?

    /// Seed of everything that is random in the house.
    @Option(help: .said("Another number is another house; the same number is the same house."))
    var seed: UInt64 = 1

    /// Speed as a multiple of real time, 0.001 to 1000.
    @Option(help: .said("How many times faster than real time."))
    var speed = 1.0

    /// Path of a link to the Linky's pseudo-terminal.
    @Option(help: .said("A link to the pseudo-terminal that keeps its name."))
    var link: String?

    /// Path of a link to a line of Modbus devices.
    @Option(
        help: .said(
            "A link to an RS485 line with the house's meter (unit 1, eastron-sdm120) and inverter (unit 2, SunSpec), and "
                + "where asked for with the battery (unit 3, marstek-venus-e2), the meter of the water heater (unit 4, "
                + "eastron-sdm120) and that of the water (unit 5, litres in the 32 bits at 0)."
        )
    )
    var modbus: String?

    /// Path of a link to a line with an Aurora inverter.
    @Option(help: .said("A link to an RS485 line with the house's inverter as one that speaks Aurora (address 2)."))
    var aurora: String?

    /// Path of a capture, or of a trace with `pulses`.
    @Option(help: .said("Write a capture to this file (- for standard output) instead of playing."))
    var output: String?

    /// True to write points into the first output.
    @Flag(help: .said("Write points into the database of the configuration instead of playing."))
    var points = false

    /// The configuration, for `points` only.
    @OptionGroup var options: ConfigOption

    /// Days until now, 1 to 3653.
    @Option(help: .said("With --points: how many days until now; in place of --from and --seconds."))
    var days: Int64?

    /// Days of single readings at the end, 0 to 36 525; older ones the policy would drop.
    @Option(
        help: .said(
            "With --points: of how many last days the single readings are written, too; at most what raw keeps."
        )
    )
    var rawDays: Int64 = 59

    /// Time between two readings, in seconds: 1 to 600.
    @Option(help: .said("With --points: seconds from one reading to the next; 300 or more where they are not written."))
    var step: Int64 = 10

    /// Pulses a kWh of the panels' meter, 0.001 to 10 000.
    @Option(help: .said("Write the solar panels' pulse meter with so many pulses a kWh as a trace; needs --output."))
    var pulses: Double?

    /// Beginning of the house, in seconds since 1970: 2000-01-01 to 2100-01-01.
    @Option(help: .said("When the house begins, in seconds since 1970; now by default."))
    var from: Int64?

    /// Life of the house, in seconds: 1 to a hundred years.
    @Option(help: .said("How long the house lives; for ever by default, a day with --output."))
    var seconds: Int64?

    /// Refuses numbers out of their ranges, and options that contradict each other.
    func validate() throws {
        guard phases == 1 || phases == 3 else { throw ValidationError(said("--phases is 1 or 3")) }
        try checkRange(speed, 0.001...1000, "--speed")
        if let pulses {
            try checkRange(pulses, 0.001...10_000, "--pulses")
            guard !consumer else {
                throw ValidationError(said("--pulses is of solar panels, and a --consumer has none"))
            }
            guard output != nil else { throw ValidationError(said("--pulses needs --output: a trace is a file")) }
        }
        guard points || !hybrid else { throw ValidationError(said("--hybrid goes with --points")) }
        guard points || modbus != nil || !battery && !heater && !water else {
            throw ValidationError(said("--battery, --heater and --water go with --points or --modbus"))
        }
        guard !hybrid || link == nil && modbus == nil && aurora == nil else {
            throw ValidationError(said("a --hybrid inverter has a past only: it is on none of the lines"))
        }
        guard !consumer || !battery && !hybrid else {
            throw ValidationError(
                said("a --consumer has neither a --battery nor a --hybrid inverter: its meter counts no injection")
            )
        }
        _ = try mbus.map(MBusSimulation.kinds)
        if let from { try checkRange(from, 946_684_800...4_102_444_800, "--from") }
        if let seconds { try checkRange(seconds, 1...3_155_760_000, "--seconds") }
        if let days { try checkRange(days, 1...3653, "--days") }
        try checkRange(rawDays, 0...36_525, "--raw-days")
        try checkRange(step, 1...600, "--step")
    }

    /// The house that the options describe; only mode standard has registers of export.
    var houseOptions: HouseOptions {
        var options = HouseOptions()
        options.mode = mode
        options.phases = phases
        options.tariff = tariff
        options.isProducer = !consumer && mode == .standard
        if consumer { options.peakWatts = 0 }
        (options.hasBattery, options.hasHybrid, options.hasHeaterMeter) = (battery, hybrid, heater)
        (options.hasWaterMeter, options.isGridWeak) = (water, troubles)
        options.seed = seed
        return options
    }

    /// Does what the options ask for: points, M-Bus, a trace, a capture or live lines.
    ///
    /// Except for M-Bus and points, the house begins an hour before its first reading.
    ///
    /// - Throws: a `DiskError` when a file cannot be written, a `CommandError` for a bad configuration.
    func run() async throws {
        if points {
            let house = try await writePoints()
            guard link != nil || modbus != nil || aurora != nil else { return }
            return try await play(house)
        }
        let start = from ?? Timestamp.now().seconds
        if let mbus {
            let meters = MBusSimulation(kinds: try MBusSimulation.kinds(mbus), speed: speed, start: start, link: link)
            return try await untilStopped { try await meters.play() }
        }
        var house = House(options: houseOptions, start: start - 3600)
        _ = house.advance(to: start)
        if let output, let pulses {
            try writePulses(&house, pulses, from: start, to: output)
        } else if let output {
            try write(&house, from: start, to: output)
        } else {
            try await play(house, from: start)
        }
    }

    /// Plays a house with a past, from now on.
    private func play(_ house: House) async throws {
        var house = house
        let start = Timestamp.now().seconds
        let producedWh = Int64(house.advance(to: start, pace: 10).truth.producedWh)
        try await play(house, from: start, producedWh: producedWh)
    }

    /// Plays all lines of a house until a signal comes.
    ///
    /// - Parameters:
    ///   - house: the house, not later than its beginning.
    ///   - start: the beginning, in seconds since 1970.
    ///   - producedWh: what the inverter's register begins with; `nil` for one that was used before.
    /// - Throws: when a line cannot be made.
    private func play(_ house: House, from start: Int64, producedWh: Int64? = nil) async throws {
        try await untilStopped {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await playLinky(house, from: start) }
                if let modbus {
                    group.addTask { try await playModbus(house, from: start, at: modbus, producedWh: producedWh) }
                }
                if let aurora { group.addTask { try await playAurora(house, from: start, at: aurora) } }
                try await group.next()
                group.cancelAll()
            }
        }
    }

    /// Runs a body until it ends or a signal comes.
    private func untilStopped(_ body: @escaping @Sendable () async throws -> Void) async throws {
        let signals = Signals([SIGTERM, SIGINT])
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await body() }
            group.addTask { _ = try await signals.next() }
            try await group.next()
            group.cancelAll()
        }
    }

    /// Writes frames with the times at which the line would have carried them: one ends each second or later.
    ///
    /// - Parameters:
    ///   - house: the house, at its beginning.
    ///   - start: the beginning, in seconds since 1970.
    ///   - output: the path of the capture; `-` is standard output.
    /// - Throws: a `DiskError` when it cannot be written.
    private func write(_ house: inout House, from start: Int64, to output: String) throws {
        let file = try OpenFile.output(output)
        var bytes = CaptureFile.mark
        var time = Double(start)
        let end = start + (seconds ?? 86_400)
        while Int64(time) < end {
            let frame = TICWriter.frame(house.advance(to: Int64(time)))
            time = max(time + 1, time + TICWriter.seconds(bytes: frame.count, mode: mode))
            bytes += CaptureFile.header(frame.count, at: Timestamp(seconds: Int64(time))) + frame
            if bytes.count > 1 << 20 {
                try file.write(bytes)
                bytes.removeAll(keepingCapacity: true)
            }
        }
        try file.write(bytes)
    }

    /// Sends one frame after the other in small pieces at the line's speed.
    ///
    /// To a reader that listens at another speed it sends noise, as a real line would seem to: a program that looks for
    /// the mode must find it by trying.
    private func playLinky(_ house: House, from start: Int64) async throws {
        var house = house
        var terminal = try PseudoTerminal()
        if let link { try terminal.link(at: link) }
        print(link ?? terminal.name)
        let baud = mode == .standard ? 9600 : 1200
        var noise = SeededRandom(seed: seed)
        let origin = EventLoop.main.now
        var elapsed = 0.0
        while elapsed < Double(seconds ?? .max) {
            let frame = TICWriter.frame(house.advance(to: start + Int64(elapsed)))
            let duration = max(1, TICWriter.seconds(bytes: frame.count, mode: mode))
            let pieces = Int(duration / 0.05) + 1
            let size = frame.count / pieces + 1
            for piece in 0..<pieces where piece * size < frame.count {
                var bytes = frame[(piece * size)..<min((piece + 1) * size, frame.count)]
                let reader = terminal.readerBaud
                if reader != baud, reader == 1200 || reader == 9600 {
                    bytes = ArraySlice(bytes.map { _ in UInt8(truncatingIfNeeded: noise.next()) })
                }
                _ = try terminal.write(bytes)
                let due = elapsed + duration * Double(piece + 1) / Double(pieces)
                try await EventLoop.main.sleep(until: origin + .seconds(due / speed))
            }
            elapsed += duration
        }
    }
}
