import ArgumentParser
import InfluxOutput
import MeterCore
import MeterNotation

/// `bench write`: the shipped encoder and client against a real server.
///
/// It measures the whole way, with the server's share: another server or disk gives other figures.
struct WriteBench: AsyncParsableCommand {
    /// Name, abstract and example.
    static let configuration = CommandConfiguration(
        commandName: "write",
        abstract: "Measures how fast points of 12 fields reach an InfluxDB server.",
        discussion: """
            Sends them as the daemon does, one request after the other, to the database "t", which must be there; the
            next batch is collected meanwhile. No request is larger than 1 MiB: beyond some 4500 points a batch takes two.

            EXAMPLE: boxenergie bench write http://127.0.0.1:8086 --points 200000 --batch 1000
            """
    )

    /// Address of the server; it must not ask for a user.
    @Argument(help: "The server's address.")
    var url: String

    /// Number of points, from 1 to 100 000 000; the 1000 of `EncodeBench` again and again.
    @Option(help: "How many points.")
    var points = 200_000

    /// Points in one batch, from 1 to 100 000.
    @Option(help: "How many in one batch.")
    var batch = 1000

    /// Time of the first point, in seconds since 1970; the default is 2024-01-01.
    ///
    /// One second lies between two points, so that none overwrites another.
    @Option(help: "The time of the first point, in seconds since 1970; the others follow, one a second.")
    var start: Int64 = 1_704_067_200

    /// Refuses numbers outside of their ranges before anything is sent.
    func validate() throws {
        try checkRange(points, 1...100_000_000, "--points")
        try checkRange(batch, 1...100_000, "--batch")
        try checkRange(start, 0...4_000_000_000, "--start")
    }

    /// Sends the points and prints points a second of wall clock and µs of CPU time a point.
    ///
    /// - Throws: a `CommandError` when a batch is not accepted.
    func run() async throws {
        var settings = InfluxSettings()
        settings.url = url
        let sink = InfluxClient(lasting: settings)
        var readings = EncodeBench.points()
        let batcher = Batcher(database: "t")
        let (wall, processor) = (Uptime.now, processorSeconds())
        var requests = 0
        var ready: [Batch] = []
        for first in stride(from: 0, to: points, by: batch) {
            let full = ready
            async let sent: Void = send(full, to: sink)
            for index in first..<min(first + batch, points) {
                let place = index % readings.count
                readings[place].timestamp = Timestamp(seconds: start + Int64(index))
                batcher.append(readings[place])
            }
            ready = batcher.take()
            requests += ready.count
            try await sent
        }
        try await send(ready, to: sink)
        let seconds = Uptime.now.seconds(since: wall)
        let cost = (processorSeconds() - processor) / Double(points) * 1e6
        print(
            "write batch=\(batch) requests=\(requests) points_per_second=\(rounded(Double(points) / seconds))"
                + " cpu_us_per_point=\(rounded(cost, to: 1000))"
        )
    }

    /// Sends batches one after the other; the first that is not accepted ends the measurement.
    private func send(_ batches: [Batch], to sink: InfluxClient) async throws {
        for batch in batches {
            let answer = await sink.write(batch)
            guard answer == .accepted else { throw CommandError("the server did not take a batch: \(answer)") }
        }
    }
}
