import ArgumentParser
import Glibc
import MeterCore
import MeterIO
import MeterSimulation

/// `simulate`: a house to try things with.
struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Plays a believable house with a Linky on a pseudo-terminal.",
        discussion: """
            Prints the name of the pseudo-terminal, which any program can read as if it were the meter's serial line. With
            --output it writes a capture instead, of any span and as fast as it can.

            EXAMPLES:
              boxenergie simulate --link /tmp/linky
              boxenergie simulate --link /tmp/linky --modbus /tmp/rs485
              boxenergie simulate --mode historique --tariff tempo --phases 3
              boxenergie simulate --output day.capture --from 1718000000 --seconds 86400
            """
    )

    @Option(help: "The meter's TIC mode: \(HouseMode.allCases.map(\.rawValue).joined(separator: ", ")).")
    var mode = HouseMode.standard

    @Option(help: "1 or 3.")
    var phases = 1

    @Option(help: "The contract: \(HouseTariff.allCases.map(\.rawValue).joined(separator: ", ")).")
    var tariff = HouseTariff.hphc

    @Flag(help: "A house whose meter counts no injection.")
    var consumer = false

    @Option(help: "Another number is another house; the same number is the same house.")
    var seed: UInt64 = 1

    @Option(help: "How many times faster than real time.")
    var speed = 1.0

    @Option(help: "A link to the pseudo-terminal that keeps its name.")
    var link: String?

    @Option(
        help: "A link to an RS485 line with the house's meter (unit 1, eastron-sdm120) and inverter (unit 2, SunSpec)."
    )
    var modbus: String?

    @Option(help: "Write a capture to this file (- for standard output) instead of playing.")
    var output: String?

    @Option(help: "When the house begins, in seconds since 1970; now by default.")
    var from: Int64?

    @Option(help: "How long the house lives; for ever by default, a day with --output.")
    var seconds: Int64?

    func validate() throws {
        guard phases == 1 || phases == 3 else { throw ValidationError("--phases is 1 or 3") }
        try checkRange(speed, 0.001...1000, "--speed")
        if let from { try checkRange(from, 946_684_800...4_102_444_800, "--from") }
        if let seconds { try checkRange(seconds, 1...3_155_760_000, "--seconds") }
    }

    func run() async throws {
        var options = HouseOptions()
        options.mode = mode
        options.phases = phases
        options.tariff = tariff
        options.isProducer = !consumer && mode == .standard
        options.seed = seed
        let start = from ?? Timestamp.now().seconds
        var house = House(options: options, start: start - 3600)
        _ = house.advance(to: start)
        if let output {
            try write(&house, from: start, to: output)
        } else {
            let signals = Signals([SIGTERM, SIGINT])
            let house = house
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await play(house, from: start) }
                if let modbus { group.addTask { try await playModbus(house, from: start, at: modbus) } }
                group.addTask { _ = try await signals.next() }
                try await group.next()
                group.cancelAll()
            }
        }
    }

    private func write(_ house: inout House, from start: Int64, to output: String) throws {
        let file = try OutputFile(output)
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

    /// Sends a frame after the other in small pieces at the line's speed.
    ///
    /// To a reader that listens at another speed it sends noise, as a real line would seem to.
    private func play(_ house: House, from start: Int64) async throws {
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
