import InfluxOutput
import MeterCore
import MeterSources

/// The whole configuration, decoded: nothing here has touched a device or the network.
struct Configuration {
    var influx: InfluxSettings
    var tags: [(String, String)]
    var sources: [(name: String, source: any MeterSource, onError: RunningSource.ErrorPolicy)]
    let diagnostics: Diagnostics

    /// Decodes a document; look at `diagnostics` before using anything.
    init(_ document: ConfigDocument) {
        let root = document.root
        influx = InfluxSettings(settings: root.sectionOrDefaults("influx"))
        var tags = root.stringTable("tags", "Tags of every point.").map { ($0.name, $0.value) }
        if !tags.contains(where: { $0.0 == "site" }) { tags.append(("site", "maison")) }
        self.tags = tags
        sources = []
        for (name, section) in root.namedSections("source") {
            let type = section.string("type", "The kind of meter; boxenergie sources lists them.")
            let onError = section.choice(
                "on_error",
                default: RunningSource.ErrorPolicy.retry,
                "Whether to try again when the meter cannot be read, or to stop the program."
            )
            guard let kind = SourceRegistry.builtIn[type] else {
                let known = SourceRegistry.builtIn.all.map { "\"\($0.type)\"" }.joined(separator: ", ")
                if !type.isEmpty {
                    section.report("no kind of meter is called \"\(type)\"; known: \(known)", at: "type")
                }
                continue
            }
            sources.append((name, kind.init(settings: section), onError))
            section.finish()
        }
        root.finish()
        diagnostics = document.diagnostics
    }

    /// Reads a file for a command that works with it.
    ///
    /// - Throws: a `CommandError` with every problem and exit code 78.
    static func load(_ file: String) throws -> Configuration {
        let document: ConfigDocument
        do throws(ConfigFileError) {
            document = try ConfigDocument.read(file: file)
        } catch {
            throw CommandError("\(error)", exitCode: 78)
        }
        let configuration = Configuration(document)
        guard !configuration.diagnostics.hasErrors else {
            throw CommandError(
                configuration.diagnostics.all.map(\.description).joined(separator: "\n"),
                exitCode: 78
            )
        }
        return configuration
    }

    /// The source of a name.
    ///
    /// - Throws: a `CommandError` that lists the names there are.
    func source(_ name: String) throws -> any MeterSource {
        if let found = sources.first(where: { $0.name == name }) { return found.source }
        let names = sources.map(\.name).joined(separator: ", ")
        throw CommandError(
            "no source is called \"\(name)\"; " + (names.isEmpty ? "there is none yet" : "there are: \(names)"),
            exitCode: 64
        )
    }
}
