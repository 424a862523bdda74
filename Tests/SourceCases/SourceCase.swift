public import Foundation
import Logging
public import MeterCore
import MeterNotation
import MeterSources
import Synchronization

/// A case of a source as data.
///
/// A configuration, what the source hears, and the points or the mistakes that it makes of them: see `Tests/MeterSourcesTests/cases/README.md`.
public struct SourceCase: Sendable, CustomStringConvertible {
    /// The source's type: the name of the folder above.
    public let type: String
    /// The folder's name.
    public let name: String
    /// The folder.
    public let folder: URL

    /// The tags of all points.
    public static let tags = [("site", "maison")]

    public var description: String { "\(type)/\(name)" }

    /// All of a folder, by type and name.
    ///
    /// - Throws: when a folder cannot be read.
    public static func all(in folder: URL) throws -> [SourceCase] {
        try folders(in: folder).flatMap { type in
            try folders(in: type).map {
                SourceCase(type: type.lastPathComponent, name: $0.lastPathComponent, folder: $0)
            }
        }
    }

    private static func folders(in folder: URL) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: [.isDirectoryKey])
            .filter(\.hasDirectoryPath).sorted { $0.path < $1.path }
    }

    /// The text of one of its files; `nil` when there is none.
    public func text(_ file: String) -> String? {
        try? String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
    }

    /// Reads `config.toml` as the program does: a table `[source.NAME]`.
    ///
    /// - Returns: the sources, and every mistake as `line:column: message`, warnings included.
    public func sources() -> (all: [(name: String, source: any MeterSource)], mistakes: [String], isUsable: Bool) {
        let document = ConfigDocument(text: text("config.toml") ?? "", file: "config.toml")
        var sources: [(name: String, source: any MeterSource)] = []
        for (name, section) in document.root.namedSections("source") {
            let type = section.string("type", "The kind of meter.")
            guard let kind = SourceRegistry.builtIn[type] else { continue }
            sources.append((name, kind.init(settings: section)))
        }
        document.root.finish()
        let mistakes = document.diagnostics.all.map { "\($0.description.dropFirst("config.toml:".count))" }
        return (sources, mistakes, !document.diagnostics.hasErrors)
    }

    /// Plays its input.
    ///
    /// - Returns: the points in line protocol, in seconds; at the end why the source ended, if it did, how many registers
    ///   were held and readings could not be used, and why the last one could not.
    /// - Throws: when the input cannot be read.
    public func lines() async throws -> String {
        let points = PointList()
        var trouble = ""
        for (name, source) in sources().all {
            let context = SourceContext(
                name: name,
                tags: Self.tags,
                logger: Logger(label: "case") { _ in SwiftLogNoOpLogHandler() }
            )
            let recording = try recording()
            do {
                try await source.replay(recording, into: points, context: context)
            } catch {
                trouble += "# \(name) ended: \(error)\n"
            }
            let status = context.status.snapshot
            if status.held > 0 { trouble += "# \(name): \(status.held) registers were held\n" }
            guard let error = status.lastError else { continue }
            trouble += "# \(name): \(status.errors) errors; the last: \(error)\n"
        }
        var encoder = LineProtocolEncoder(precision: .seconds)
        for point in points.all { encoder.append(point) }
        return encoder.withBytes { String(decoding: $0, as: UTF8.self) } + trouble
    }

    /// Writes what it makes into the files that it does not have yet.
    ///
    /// - Throws: when the input cannot be read, or a file not be written.
    public func writeExpectations() async throws {
        func write(_ text: String, _ file: String) throws {
            guard !text.isEmpty, self.text(file) == nil else { return }
            try text.write(to: folder.appendingPathComponent(file), atomically: true, encoding: .utf8)
        }
        let (_, mistakes, isUsable) = sources()
        try write(mistakes.map { $0 + "\n" }.joined(), "expected.error")
        if isUsable { try write(try await lines(), "expected.lines") }
    }

    /// What its sources hear.
    ///
    /// - Throws: when there is no input, or it is not of its format.
    public func recording() throws -> any Recording {
        for format in CaseInput.Format.allCases {
            if let text = text(format.file) { return PlayedInput(try CaseInput(text, format).all) }
        }
        throw CaseMistake("\(self) has no input")
    }
}

/// Keeps the points that it gets.
public final class PointList: PointReceiver {
    private let points = Mutex<[Point]>([])

    public init() {}

    public var all: [Point] { points.withLock { $0 } }

    public func append(_ point: Point) { points.withLock { $0.append(point) } }
}

/// A recording of what a test says.
private actor PlayedInput: Recording {
    private var waiting: ArraySlice<RecordedInput>

    init(_ all: [RecordedInput]) { waiting = all[...] }

    func next() -> RecordedInput? { waiting.popFirst() }
}

/// Why a case is none.
struct CaseMistake: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}
