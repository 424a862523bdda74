import Foundation
import InfluxOutput
import MeterCore
import Testing

@testable import boxenergie

/// The built program with a folder and a configuration of its own.
final class Installation: Sendable {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    let program: String
    let folder: String

    init() throws {
        let build = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path
        program =
            ProcessInfo.processInfo.environment["BOXENERGIE_BINARY"]
            ?? (FileManager.default.fileExists(atPath: build + "/boxenergie")
                ? build + "/boxenergie" : Self.root + "/.build/debug/boxenergie")
        folder = NSTemporaryDirectory() + "boxenergie-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// A real InfluxDB 1.6.7; its first line is its address.
    func influxd(_ arguments: String...) throws -> Peer {
        try Peer([Self.root + "/Tests/peers/influxd"] + arguments)
    }

    /// Writes a configuration with a Linky at `linky` in the folder.
    ///
    /// - Parameters:
    ///   - url: the server's address.
    ///   - influx: more lines for `[influx]`.
    ///   - every: how often a reading is kept.
    /// - Returns: the file's path.
    /// - Throws: when the file cannot be written.
    func configure(_ url: String, _ influx: String = "", every: String = "1s") throws -> String {
        try configure(
            url,
            sources: """
                \(influx)
                [source.linky]
                type = "teleinfo"
                device = "\(folder)/linky"
                every = "\(every)"
                """
        )
    }

    /// Writes a configuration with these sources.
    ///
    /// - Parameters:
    ///   - url: the server's address.
    ///   - sources: what follows `[influx]`.
    ///   - state: the folder of the state and the spool; that of the installation by default.
    /// - Returns: the file's path.
    /// - Throws: when the file cannot be written.
    func configure(_ url: String, sources: String, state: String? = nil) throws -> String {
        let text = """
            state = "\(state ?? folder)"
            clock_has_battery = true
            [influx]
            url = "\(url)"
            flush = "1s"
            spool = { directory = "\(state ?? folder)/spool", limit = "20MB" }
            \(sources)
            """
        let path = folder + "/boxenergie.toml"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    /// Runs the program to its end.
    func run(_ arguments: String..., input: String = "") throws -> (code: Int32, output: String) {
        try Peer.run([program] + arguments, input: input)
    }

    /// Starts the program.
    func start(_ arguments: String...) throws -> Peer { try Peer([program] + arguments) }

    /// What `boxenergie status` says of the running program, without the blanks that make its columns.
    func status(_ config: String) throws -> String {
        try run("status", "--config", config).output.replacing(#/ +/#, with: " ")
    }

    /// The same as numbers; `nil` while no program answers.
    func report(_ config: String) throws -> StatusReport? {
        let answer = try run("status", "--format", "json", "--config", config)
        return answer.code == 0 ? try JSONDecoder().decode(StatusReport.self, from: Data(answer.output.utf8)) : nil
    }

    /// Readings that a source of the running program has made since its start.
    func reads(_ config: String, _ source: String = "linky") throws -> Int {
        try report(config)?.sources[source]?.reads ?? 0
    }

    /// Waits until a source of the running program has made so many readings more: a simulated Linky, one in a second.
    func hasRead(_ count: Int, more source: String = "linky", _ config: String) async throws -> Bool {
        let goal = try reads(config, source) + count
        return try await eventually { try reads(config, source) >= goal }
    }

    /// Writes a file that only its owner may read.
    func writeSecret(_ name: String, _ text: String) throws -> String {
        let path = "\(folder)/\(name).password"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        return path
    }

    /// A client that needs no password.
    func client(_ url: String) throws -> InfluxClient {
        var settings = InfluxSettings()
        settings.url = url
        return try InfluxClient(settings)
    }

    /// A client of one of the server's users.
    func client(_ url: String, user: String, password: String) -> InfluxClient {
        var settings = InfluxSettings()
        settings.url = url
        return InfluxClient(settings, user: user, password: password)
    }

    func rows(_ url: String, _ query: String) async throws -> [[String: InfluxValue]] {
        try await client(url).query(query, database: "boxenergie").flatMap(\.rows)
    }

    /// When a source was read, in whole seconds.
    func times(_ url: String, _ source: String) async throws -> [Int64] {
        let query = "SELECT wh_in, va_in, va_out FROM \"raw\".\"linky\" WHERE \"source\" = '\(source)'"
        return try await rows(url, query).compactMap { row in
            if case .integer(let time)? = row["time"] { time } else { nil }
        }
    }

    /// Checks that the Linky's readings from the first to the last are there, none twice and none missing.
    ///
    /// A frame takes a little more than a second, so a second without one is no gap, two are.
    func checkWhole(_ url: String, atLeast count: Int) async throws {
        let times = try await times(url, "linky")
        #expect(times.count >= count)
        #expect(zip(times, times.dropFirst()).allSatisfy { (1...2).contains($1 - $0) }, "\(times)")
    }
}

/// Looks until something is so, or for far longer than a busy machine needs.
func eventually(_ isSo: () async throws -> Bool) async throws -> Bool {
    let end = Date() + 150
    while Date() < end {
        if try await isSo() { return true }
        try await Task.sleep(for: .milliseconds(200))
    }
    return false
}
