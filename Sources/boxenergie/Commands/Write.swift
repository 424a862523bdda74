import ArgumentParser
import Glibc
import MeterCore
import MeterIO

/// `write`: line protocol from standard input.
struct Write: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes line protocol from standard input through the batching writer and its spool.",
        discussion: """
            Ends when everything was accepted or is safe in the spool; exits with 1 when a line was refused or lost. A line
            without a time gets that at which it was read.

            EXAMPLE: echo 'piscine temp_c=27.5 1752487200' | boxenergie write --policy raw
            """
    )

    @OptionGroup var options: ConfigOption

    @Option(help: "The retention policy; the database's default one without it.")
    var policy = ""

    @Option(help: "The unit of the timestamps: \(Precision.allCases.map(\.rawValue).joined(separator: ", ")).")
    var precision = Precision.seconds

    func run() async throws {
        let configuration = try Configuration.load(options.config)
        let policy = RetentionPolicy(policy)
        try await Writing.to(configuration.outputs[0], precision: precision) { writing in
            func append(_ lines: [UInt8]) {
                let count = lines.count { $0 == UInt8(ascii: "\n") }
                lines.withUnsafeBytes { writing.batcher.append(encoded: $0, lines: count, policy: policy) }
            }
            var input = StampedLines(precision)
            while true {
                // What a slow program has written so far goes out while it thinks.
                try await EventLoop.main.waitUntilReadable(STDIN_FILENO)
                guard let bytes = Program.take(STDIN_FILENO, atMost: 256 << 10) else { break }
                append(try input.add(bytes[...], at: .now()))
                try await writing.waitForRoom()
            }
            append(input.finish(at: .now()))
        }
    }
}
