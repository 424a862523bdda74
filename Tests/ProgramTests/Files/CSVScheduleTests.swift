import Logging
import MeterCore
import MeterIO
import Synchronization
import Testing

@testable import MeterSources

/// Files that are written, cut and named anew in any order, in memory: many histories, always the same ones.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct CSVScheduleTests {
    private final class Files: FileStore {
        let name = "memory"
        let hasExactVersions: Bool
        let all = Mutex<[String: (bytes: [UInt8], version: Int)]>([:])

        init(hasExactVersions: Bool) { self.hasExactVersions = hasExactVersions }

        func list(_ pattern: String) -> [FileEntry] {
            all.withLock { files in
                files.sorted { $0.value.version < $1.value.version }.map { name, file in
                    // As by FTP, where all that happens within a minute looks alike but for the size.
                    let version = hasExactVersions ? "\(file.version)" : "\(file.bytes.count) 12:00"
                    return FileEntry(name: name, size: file.bytes.count, version: version)
                }
            }
        }

        func read(_ file: String, _ range: Range<Int>) -> [UInt8]? {
            guard let bytes = all.withLock({ $0[file]?.bytes }), bytes.count >= range.lowerBound else { return nil }
            return Array(bytes[range.clamped(to: 0..<bytes.count)])
        }

        func move(_ file: String, to folder: String) {}
        func remove(_ file: String) {}
    }

    private final class Points: PointReceiver {
        let values = Mutex<[Double]>([])

        func append(_ point: Point) {
            guard case .float(let value)? = point.values.first else { return }
            values.withLock { $0.append(value) }
        }
    }

    private struct Chance: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) ^ (state << 31)
        }
    }

    @Test("whatever happens to the files of a logger, each of its lines is there once", arguments: [true, false])
    func histories(_ hasExactVersions: Bool) async throws {
        MainLoop.start()
        for seed in 1...300 {
            var chance = Chance(state: UInt64(seed))
            let document = ConfigDocument(
                text: """
                    folder = "/nowhere"
                    time_columns = ["t"]
                    time_format = "unix"
                    measurement = "raw.it"
                    [fields]
                    x = { path = "v" }
                    """,
                file: "a"
            )
            let settings = CSVSettings(settings: document.root)
            #expect(document.diagnostics.all.isEmpty)
            let (files, points) = (Files(hasExactVersions: hasExactVersions), Points())
            let context = SourceContext(
                name: "it",
                tags: [],
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
            var follower = CSVFollower(settings, files, context, into: points)
            var (count, version, rotations) = (0, 0, 0)
            var pending: [UInt8] = []
            func change(_ body: (inout [String: (bytes: [UInt8], version: Int)]) -> Void) {
                version += 1
                files.all.withLock { body(&$0) }
            }
            change { $0["log.csv"] = (Array("t;v\n".utf8), version) }
            for _ in 0..<40 {
                switch Int.random(in: 0..<10, using: &chance) {
                case 0..<3:
                    // A line is written in two parts now and then.
                    let line = pending + Array("\(1_772_362_800 + count);\(count)\n".utf8)
                    let cut = Int.random(in: 0...line.count, using: &chance)
                    pending = Array(line[cut...])
                    change {
                        $0["log.csv"]?.bytes += line[..<cut]; $0["log.csv"]?.version = version
                    }
                    count += 1
                case 3..<5:
                    var lines = pending
                    pending = []
                    for _ in 0..<Int.random(in: 1..<40, using: &chance) {
                        lines += Array("\(1_772_362_800 + count);\(count)\n".utf8)
                        count += 1
                    }
                    change {
                        $0["log.csv"]?.bytes += lines; $0["log.csv"]?.version = version
                    }
                case 5 where pending.isEmpty && (files.read("log.csv", 0..<2000)?.count ?? 0) > 300:
                    rotations += 1
                    change { files in
                        files["log.\(rotations).csv"] = files["log.csv"]
                        files["log.csv"] = (Array("t;v\n".utf8), version)
                    }
                default: try await follower.look()
                }
            }
            let rest = pending
            change {
                $0["log.csv"]?.bytes += rest; $0["log.csv"]?.version = version
            }
            try await follower.look()
            try await follower.look()
            let values = points.values.withLock { $0.sorted() }
            try #require(values == (0..<count).map { Double($0) }, "history \(seed)")
        }
    }
}
