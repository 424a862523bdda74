import Foundation
import Logging
import MeterCore
import MeterSources
import Testing

/// A `csv` source that reads in this process until it is stopped, as after a restart each time.
struct FileRun {
    let source: SourceRun
    private let task: Task<Void, Never>

    /// Starts it.
    ///
    /// - Parameters:
    ///   - place: its `folder` or `url`, and what belongs to that.
    ///   - more: more settings.
    ///   - fields: where the values are.
    ///   - memory: where what is remembered is.
    init(
        _ place: String,
        _ more: String = "",
        fields: String = "x = { path = \"v\" }",
        memory: SourceMemory? = nil
    ) {
        let settings = """
            \(place)
            measurement = "raw.it"
            every = "1s"
            \(more.contains("time_columns") ? "" : "time_columns = [\"t\"]")
            \(more)
            [fields]
            \(fields)
            """
        source = SourceRun(
            CSVSource.self,
            name: "it",
            settings,
            memory: memory
        )
        task = Task { [source] in await source.run() }
    }

    var values: [Double] { source.values("x") }
    var seconds: [Int64] { source.all.map(\.timestamp.seconds) }

    /// Waits for so many values.
    ///
    /// - Returns: all that have come by then.
    func values(_ count: Int) async throws -> [Double] {
        try await wait { values.count >= count }
        return values
    }

    func stop() async {
        task.cancel()
        await task.value
    }
}

/// Bytes into a file, at once or at its end.
func write(_ text: String, to path: String, appending: Bool = false, latin1: Bool = false) throws {
    let data = try #require(text.data(using: latin1 ? .isoLatin1 : .utf8))
    if appending, let handle = FileHandle(forWritingAtPath: path) {
        try handle.seekToEnd()
        try handle.write(contentsOf: data)
        try handle.close()
    } else {
        try data.write(to: URL(fileURLWithPath: path))
    }
}

/// What sources remember in a folder.
func memory(_ folder: String) -> SourceMemory {
    SourceMemory(folder: folder, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
}
