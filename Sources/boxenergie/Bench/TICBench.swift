import ArgumentParser
import MeterCore
import MeterProtocols

/// `bench tic`: the shipped decoder on a corpus.
struct TICBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tic",
        abstract: "Measures the TIC decoder on a file of frames.",
        discussion: "EXAMPLE: boxenergie bench tic frames.bin --mode standard --rounds 5"
    )

    @Argument(help: "Frames as they come over the line.")
    var file: String

    @Option(help: "historique or standard.")
    var mode = "standard"

    @Option(help: "How often to measure; each round is one line.")
    var rounds = 5

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
