import ArgumentParser
import Glibc

/// `bench`: the measurements behind the project's performance figures.
struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures the parts of the program on this machine.",
        discussion: "Ratios to the C references are taken by Tests/bench/ratios, in one interleaved run.",
        subcommands: [EncodeBench.self, TICBench.self, WriteBench.self, SpoolBench.self, StateBench.self]
    )
}

/// CPU time of this process so far, in seconds.
func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// A number with one decimal, or in other parts of one.
func rounded(_ number: Double, to parts: Double = 10) -> Double { (number * parts).rounded() / parts }
