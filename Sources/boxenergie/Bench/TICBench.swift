import ArgumentParser
import MeterCore
import MeterProtocols

/// `bench tic`: the shipped TIC decoder on a corpus of frames, in MB a second of CPU time.
struct TICBench: ParsableCommand {
    /// Name, abstract and example.
    static let configuration = CommandConfiguration(
        commandName: "tic",
        abstract: "Measures the TIC decoder on a file of frames.",
        discussion: "EXAMPLE: boxenergie bench tic frames.bin --mode standard --rounds 5"
    )

    /// Path of the corpus: raw bytes of the line, without the times of a capture.
    @Argument(help: "Frames as they come over the line.")
    var file: String

    /// Mode of the corpus; everything but `historique` is taken for `standard`.
    @Option(help: "historique or standard.")
    var mode = "standard"

    /// Number of measurements.
    @Option(help: "How often to measure; each round is one line.")
    var rounds = 5

    /// Decodes the corpus until 64 MiB have passed in each round, so that a small one is measured as well as a large
    /// one.
    ///
    /// The number of refused groups is that of one pass, to show that nothing was fast because it was thrown away.
    ///
    /// - Throws: a `DiskError` when the corpus cannot be read.
    func run() throws {
        let corpus = try OpenFile.input(file).readAll()
        let mode = mode == "historique" ? TICMode.historique : .standard
        let repeats = max(1, (64 << 20) / max(corpus.count, 1))
        var decoder = TICDecoder(mode: mode)
        decoder.push(corpus.span) { _ in }
        let refused = decoder.quality.refusedGroups
        for _ in 0..<rounds {
            let start = processorSeconds()
            let result = TICBenchmark.decode(corpus.span, mode: mode, rounds: repeats)
            let seconds = processorSeconds() - start
            let speed = Double(corpus.count * repeats) / seconds / 1e6
            print("tic \(mode) \(rounded(speed)) frames=\(result.frames) groups=\(result.groups) bad=\(refused)")
        }
    }
}
