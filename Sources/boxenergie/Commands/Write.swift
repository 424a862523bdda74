import ArgumentParser
import Glibc
import MeterCore
import MeterIO
import MeterNotation
import Synchronization

/// `write`: writes line protocol from standard input.
struct Write: AsyncParsableCommand {
    /// Abstract, discussion and example.
    static let configuration = CommandConfiguration(
        abstract: said("Writes line protocol from standard input through the batching writer and its spool."),
        discussion: prose(
            """
            Ends when everything was accepted or is safe in the spool; exits with 1 when a line was refused or lost. A line
            without a time gets that at which it was read, and the tag box for an output whose points have it; one that is
            not UTF-8 text is refused.

            EXAMPLE: echo 'piscine temp_c=27.5 1752487200' | boxenergie write --policy raw
            """
        )
    )

    /// The configuration, one of whose outputs gets the lines.
    @OptionGroup var options: ConfigOption

    /// Retention policy of the lines.
    @Option(help: .said("The retention policy; the database's default one without it."))
    var policy = ""

    /// Unit of the lines' times, and of those given to lines without one.
    @Option(help: .said("The unit of the timestamps: \(Precision.allCases.map(\.rawValue).joined(separator: ", "))."))
    var precision = Precision.seconds

    /// Name of the output that gets the lines.
    @Option(help: .said("The output, when not [influx]: the name in [output.NAME]."))
    var output = "influx"

    /// Writes until the end of the input, and ends when the rest is sent or in the spool.
    ///
    /// - Throws: a `CommandError` when a line is refused, lost or too long.
    func run() async throws {
        let configuration = try Configuration.load(options.config)
        let policy = RetentionPolicy(policy)
        let refused = Mutex<(first: Int, count: Int)?>(nil)
        let output = try configuration.output(output)
        let box = output.queue.namesBox ? try BoxIdentity.of(output.state).ownWord() : nil
        try await Writing.to(output, precision: precision) { writing in
            func append(_ lines: [UInt8]) {
                let count = lines.count { $0 == UInt8(ascii: "\n") }
                lines.withUnsafeBytes { writing.batcher.append(encoded: $0, lines: count, policy: policy) }
            }
            var input = StampedLines(precision, box: box)
            while true {
                // Lines of a slow program go out while it thinks.
                try await EventLoop.main.waitUntilReadable(STDIN_FILENO)
                guard let bytes = Program.take(STDIN_FILENO, atMost: 256 << 10) else { break }
                append(try input.add(bytes[...], at: .now()))
                try await writing.waitForRoom()
            }
            append(input.finish(at: .now()))
            refused.withLock { $0 = input.refused }
        }
        if let (first, count) = refused.withLock({ $0 }) {
            let others = count > 1 ? "; \(count - 1) more are none, either" : ""
            throw CommandError("line \(first) is not UTF-8 text and was not written\(others)")
        }
    }
}
