import ArgumentParser
import Glibc

/// `bench`: the measurements behind the project's performance figures.
struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures the encoder and the decoder on this machine.",
        discussion: "Ratios to the C references are taken by Tests/bench/ratios, in one interleaved run.",
        subcommands: [EncodeBench.self, TICBench.self]
    )
}

/// CPU time of this process so far, in seconds.
func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// A number with one decimal.
func rounded(_ number: Double) -> Double { (number * 10).rounded() / 10 }
