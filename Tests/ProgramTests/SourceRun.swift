import Foundation
import Logging
import MeterCore
import MeterIO
import MeterSources
import Synchronization
import Testing

/// Peers in Python, in the environment that Tests/run makes.
enum PythonPeer {
    static let python = Installation.root + "/.build-tools/peers/bin/python"
    static let isThere = FileManager.default.isExecutableFile(atPath: python)

    static func script(_ name: String) -> String { "\(Installation.root)/Tests/peers/\(name)" }
}

/// A source that reads in this process, and what it handed over.
final class SourceRun: PointReceiver {
    let context: SourceContext
    private let source: any MeterSource
    private let points = Mutex<[Point]>([])

    init(_ type: any MeterSource.Type, name: String, _ settings: String, memory: SourceMemory? = nil) {
        MainLoop.start()
        let document = ConfigDocument(text: settings, file: "test.toml")
        source = type.init(settings: document.root)
        #expect(!document.diagnostics.hasErrors)
        context = SourceContext(
            name: name,
            tags: [],
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            memory: memory
        )
    }

    func append(_ point: Point) { points.withLock { $0.append(point) } }

    var all: [Point] { points.withLock { $0 } }
    var status: SourceStatus.Snapshot { context.status.snapshot }

    /// The values of a field, in the order in which they came.
    func values(_ field: String) -> [Double] {
        all.compactMap { point in
            switch point.series.fieldNames.firstIndex(of: field).flatMap({ point.values[$0] }) {
            case .float(let value): value
            case .integer(let value): Double(value)
            default: nil
            }
        }
    }

    /// Reads, again and again as the daemon would, until cancelled.
    func run() async {
        while !Task.isCancelled {
            do {
                try await source.run(into: self, context: context)
            } catch {
                guard !Task.isCancelled else { return }
                context.status.didFail("\(error)")
                try? await Task.sleep(for: .milliseconds(200))
            }
        }
    }
}

/// Waits for something that must become true; the suite's time limit ends a wait in vain.
func wait(for condition: () -> Bool) async throws {
    while !condition() { try await Task.sleep(for: .milliseconds(20)) }
}
