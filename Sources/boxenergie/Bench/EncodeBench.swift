import ArgumentParser
import Glibc
import MeterCore

/// `bench encode`: the shipped encoder on 1000 points of a busy Linky.
///
/// The result is CPU time in ns a point, without what leads to it and without sending.
struct EncodeBench: ParsableCommand {
    /// Name, abstract and example.
    static let configuration = CommandConfiguration(
        commandName: "encode",
        abstract: "Measures the line-protocol encoder.",
        discussion: """
            Encodes 1000 points of 12 fields again and again and prints the CPU time for one. The points are those of
            the C reference that Tests/bench/ratios compares with, byte for byte.

            EXAMPLE: boxenergie bench encode --rounds 9
            """
    )

    /// Number of measurements, each of 500 times 1000 points.
    @Option(help: "How often to measure; each round is one line.")
    var rounds = 5

    /// Path of a file for the encoded lines; none is written by default.
    ///
    /// The ratios' script compares it with the reference's output, byte for byte.
    @Option(help: "Write the 1000 encoded lines to this file.")
    var dump: String?

    /// Measures the rounds; the encoder is filled once before, so that no round measures its buffer growing.
    ///
    /// - Throws: a `DiskError` when the file for the lines cannot be written.
    func run() throws {
        var points = Self.points()
        var encoder = LineProtocolEncoder(precision: .nanoseconds, capacity: 1 << 20)
        for point in points { encoder.append(point) }
        if let dump { try OpenFile.output(dump).write(encoder.withBytes { [UInt8]($0) }) }
        for _ in 0..<rounds {
            let repeats = 500
            let start = processorSeconds()
            for _ in 0..<repeats {
                encoder.removeAll()
                // Taken out and put back: who encodes a point has it already, and a copy would be measured, too.
                points.withUnsafeMutableBufferPointer { places in
                    for place in places.indices {
                        let point = places.moveElement(from: place)
                        encoder.append(point)
                        places.initializeElement(at: place, to: point)
                    }
                }
            }
            let perPoint = (processorSeconds() - start) / Double(repeats * points.count) * 1e9
            print("encode \(rounded(perPoint))")
        }
    }

    /// The 1000 points of the C reference, from the same generator with the same seed.
    ///
    /// A linear congruential generator with Knuth's MMIX constants, state 42, of which the upper 31 bits are used. The
    /// calls of `next` must stay in their order: another order is another stream.
    static func points() -> [Point] {
        let fields = [
            "east", "easf01", "easf02", "sinsts", "smaxsn", "irms1", "ntarf", "umoy1", "pf", "temp", "ltarf", "relay",
        ]
        let tags = [("adsc", "041876097234"), ("host", "rpi-garage"), ("source", "linky0")]
        let series = Series(Measurement("linky"), tags: tags, fields: fields)
        var state: UInt64 = 42
        func next(_ bound: UInt64) -> Int64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int64((state >> 33) % bound)
        }
        return (0..<1000).map { index in
            let number = Int64(index)
            let power = 200 + next(6000)
            let highest = 3000 + next(3000)
            let current = next(30)
            let tariff = 1 + next(2)
            let voltage = Double(2250 + next(150)) / 10
            let factor = Double(900 + next(100)) / 1000
            let temperature = Double(150_000 + next(100_000)) / 10_000
            let isClosed = next(1 << 31) & 1 == 1
            let time = 1_732_382_700_000_000_000 + number * 1_000_000_000 + next(1_000_000_000)
            return Point(
                series,
                at: Timestamp(nanoseconds: time),
                [
                    .integer(12_345_678 + number), .integer(8_345_678 + number * 2 / 3),
                    .integer(4_000_000 + number / 3),
                    .integer(power), .integer(highest), .integer(current), .integer(tariff), .float(voltage),
                    .float(factor), .float(temperature), .string(tariff == 1 ? "HEURE  CREUSE" : "HEURE  PLEINE"),
                    .boolean(isClosed),
                ]
            )
        }
    }
}
