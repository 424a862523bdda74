import ArgumentParser
import Glibc

/// `bench`: the measurements behind the project's performance figures.
///
/// Each of them prints one line a measurement, `name value`, which the scripts in Tests/bench read.
struct Bench: ParsableCommand {
    /// Abstract and list of the measurements.
    static let configuration = CommandConfiguration(
        abstract: "Measures the parts of the program on this machine.",
        discussion: "Ratios to the C references are taken by Tests/bench/ratios, in one interleaved run.",
        subcommands: [
            EncodeBench.self, TICBench.self, WriteBench.self, SpoolBench.self, StateBench.self,
            RegisterBench.self,
        ]
    )
}

/// CPU time of this process so far, in seconds, of all its threads, user and system.
///
/// It does not grow while the process waits, so another program on the same core hardly changes a measurement.
func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// A number rounded for print: to one decimal with the default of 10 parts, to three decimals with 1000.
func rounded(_ number: Double, to parts: Double = 10) -> Double { (number * parts).rounded() / parts }
