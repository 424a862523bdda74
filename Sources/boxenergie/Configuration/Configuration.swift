import InfluxOutput
import MeterCore
import MeterSources

/// The whole configuration, decoded: nothing here has touched a device or the network.
struct Configuration {
    /// The server that everybody has.
    var influx: InfluxServer
    /// All of them, that one first.
    var outputs: [ConfiguredOutput]
    var tags: [(String, String)]
    var sources: [ConfiguredSource]
    /// The folder for what must survive a restart.
    var state: String
    /// Whether the machine's clock goes on while it is off.
    var clockHasBattery: Bool
    /// The place, the prices, and whom to tell of events.
    var energy: EnergySettings
    let diagnostics: Diagnostics

    static let usualState = "/var/lib/boxenergie"

    /// Where the database keeps its files when it is on this machine.
    var databaseFolder: String? { influx.settings.isLocal ? influx.settings.dataDirectory : nil }

    /// Decodes a document; look at `diagnostics` before using anything.
    init(_ document: ConfigDocument) {
        let root = document.root
        state = root.path("state", default: Self.usualState, "The folder for what must survive a restart.")
        clockHasBattery = root.boolean(
            "clock_has_battery",
            default: false,
            "Whether the machine's clock goes on while it is off: its date then counts without a network."
        )
        let section = root.sectionOrDefaults("influx")
        influx = InfluxServer(settings: section)
        outputs = [ConfiguredOutput("influx", influx, section, state)]
        for (name, section) in root.namedSections("output") {
            let type = section.string("type", "The kind of server; boxenergie outputs lists them.")
            guard let kind = OutputRegistry.builtIn[type] else {
                section.reportUnknown(type, "server", known: OutputRegistry.builtIn.all)
                continue
            }
            if name == "influx" { section.report("this name is that of [influx]; choose another one") }
            let output = ConfiguredOutput(name, kind.init(settings: section), section, state)
            if let other = outputs.first(where: { $0.queue.spoolDirectory == output.queue.spoolDirectory }) {
                section.report(
                    "its spool has the same folder as that of \(other.name); each needs its own",
                    at: "spool"
                )
            }
            outputs.append(output)
        }
        var tags = root.stringTable("tags", "Tags of every point.").map { ($0.name, $0.value) }
        if !tags.contains(where: { $0.0 == "site" }) { tags.append(("site", "maison")) }
        self.tags = tags
        energy = EnergySettings(settings: root, tags: tags)
        var entries: [Entry] = []
        for (name, section) in root.namedSections("source") {
            let type = section.string("type", "The kind of meter; boxenergie sources lists them.")
            let onError = section.choice(
                "on_error",
                default: RunningSource.ErrorPolicy.retry,
                "Whether to try again when the meter cannot be read, or to stop the program."
            )
            guard let kind = SourceRegistry.builtIn[type] else {
                section.reportUnknown(type, "meter", known: SourceRegistry.builtIn.all)
                continue
            }
            let source = ConfiguredSource(
                name: name,
                source: kind.init(settings: section),
                onError: onError,
                fingerprint: "\(section.fingerprint) \(tags)"
            )
            entries.append((source, section))
        }
        sources = entries.map(\.source)
        energy.ledger.tell(of: sources)
        root.finish()
        // A role that could not be read stands for another one.
        if !document.diagnostics.hasErrors { Self.tellOfWitnesses(entries) }
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

    /// The source that listens to the Linky: the only one there is.
    ///
    /// - Throws: a `CommandError` that says which there are.
    func linky() throws -> ConfiguredSource {
        let found = sources.filter(\.source.declaration.readsTIC)
        guard let only = found.first else { throw CommandError("no source has the type teleinfo", exitCode: 78) }
        guard found.count == 1 else {
            let names = found.map(\.name).joined(separator: ", ")
            throw CommandError("several sources read a TIC output; choose one with --source: \(names)", exitCode: 64)
        }
        return only
    }

    /// Where the readings of all sources go.
    var places: RawHistory.Places { RawHistory.Places(sources.map { ($0.name, $0.source.declaration) }) }

    /// The output of a name.
    ///
    /// - Throws: a `CommandError` that lists the names there are.
    func output(_ name: String) throws -> ConfiguredOutput {
        if let found = outputs.first(where: { $0.name == name }) { return found }
        let names = outputs.map(\.name).joined(separator: ", ")
        throw CommandError("no server is called \"\(name)\"; there are: \(names)", exitCode: 64)
    }

    /// The InfluxDB server of an output's name.
    func server(_ name: String) throws -> InfluxServer {
        guard let server = InfluxServer(try output(name).output) else {
            throw CommandError("\"\(name)\" is not an InfluxDB server", exitCode: 64)
        }
        return server
    }
}

/// A source and how the daemon treats it.
struct ConfiguredSource: Sendable {
    var name: String
    var source: any MeterSource
    var onError: RunningSource.ErrorPolicy
    /// All that makes it, as a text.
    var fingerprint: String
}

/// An output and how readings wait for it.
struct ConfiguredOutput: Sendable {
    var name: String
    var output: any Output
    var queue: QueueSettings
    /// All that makes it, as a text.
    var fingerprint: String

    init(_ name: String, _ output: any Output, _ section: ConfigSection, _ state: String) {
        self.name = name
        self.output = output
        queue = QueueSettings(settings: section, name: name, state: state)
        fingerprint = "\(section.fingerprint) \(queue.spoolDirectory)"
    }
}

extension ConfigSection {
    /// Reports a `type` that no plugin has; an absent one was reported already.
    fileprivate func reportUnknown(_ type: String, _ what: String, known: [any Plugin.Type]) {
        guard !type.isEmpty else { return }
        let names = known.map { "\"\($0.type)\"" }.joined(separator: ", ")
        report("no kind of \(what) is called \"\(type)\"; known: \(names)", at: "type")
    }
}
