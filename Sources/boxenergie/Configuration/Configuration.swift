import HousePage
import InfluxOutput
import MeterCore
import MeterIO
import MeterNotation
import MeterOutputs
import MeterSources

/// The whole configuration, decoded: nothing here has touched a device or the network.
struct Configuration {
    /// The InfluxDB server of `[influx]`, which every configuration has, written there or by default.
    var influx: InfluxServer
    /// All histories: that one first, then each `[output.NAME]` of such a type in the order of the file.
    var outputs: [ConfiguredOutput]
    /// The mirrors, each `[output.NAME]` of such a type in the order of the file.
    var mirrors: [ConfiguredMirror] = []
    /// Tags of every point, `[tags]`; `site` is `maison` when it is not set.
    var tags: [(String, String)]
    /// The sources, each `[source.NAME]` in the order of the file.
    var sources: [ConfiguredSource]
    /// Folder of what must survive a restart, `state`; by default `/var/lib/boxenergie`.
    var state: String
    /// True when the machine's clock goes on while it is off, `clock_has_battery`; false by default, as on a Pi.
    var clockHasBattery: Bool
    /// The place, the prices, and the program that is told of events.
    var energy: EnergySettings
    /// True with `[register]`: the register that can be checked is kept; false by default.
    var hasRegister: Bool
    /// The page of the house, `[page]`; `nil` without it, and then there is none.
    var page: PageSettings?
    /// The centre of a fleet that this machine is, `[central]`; `nil` without it.
    var central: CentralSettings?
    /// Every problem of the file, with its line and column.
    let diagnostics: Diagnostics

    /// Folder of the state by default.
    static let usualState = "/var/lib/boxenergie"

    /// Folder of the database's files when it is on this machine; `nil` otherwise.
    var databaseFolder: String? { influx.settings.isLocal ? influx.settings.dataDirectory : nil }

    /// Decodes a document; look at `diagnostics` before using anything.
    ///
    /// With errors the value has defaults in the place of what could not be read, so that one run reports all problems.
    /// A source or output of an unknown type is left out.
    ///
    /// - Parameter document: the parsed file.
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
        if influx.settings.names == .policy {
            section.report(
                "the box reads this database back by its policies; names is for an [output.NAME]",
                at: "names"
            )
        }
        outputs = [ConfiguredOutput("influx", influx, section, state, isReadBack: true)]
        for (name, section) in root.namedSections("output") {
            let type = section.string("type", "The kind of output; boxenergie outputs lists them.")
            guard let family = OutputRegistry.builtIn[type] else {
                section.reportUnknown(type, known: OutputRegistry.builtIn.all.map { $0.plugin }) {
                    "no kind of output is called \"\($0)\"" as Phrase
                }
                continue
            }
            if name == "influx" { section.report("this name is that of [influx]; choose another one") }
            let output: ConfiguredOutput
            switch family {
            case .history(let kind): output = ConfiguredOutput(name, kind.init(settings: section), section, state)
            case .mirror(let kind):
                mirrors.append(ConfiguredMirror(name, kind.init(settings: section), section))
                continue
            }
            if let other = outputs.first(where: { $0.queue.spoolDirectory == output.queue.spoolDirectory }) {
                section.report(
                    "its spool has the same folder as that of \(other.name); each needs its own",
                    at: "spool"
                )
            }
            outputs.append(output)
        }
        var tags = root.stringTable("tags", "Tags of every point.").map { ($0.name, $0.value) }
        for (name, _) in tags where Subject.tags.contains(name) {
            root.report(
                "the tag \(name) tells what a reading is, which differs by meter; choose another name",
                at: "tags"
            )
        }
        if tags.contains(where: { $0.0 == Series.boxTag }) {
            root.report("the box sets the tag \(Series.boxTag) itself", at: "tags")
        }
        if !tags.contains(where: { $0.0 == "site" }) { tags.append(("site", "maison")) }
        self.tags = tags
        Self.tellOfSite(tags, root)
        energy = EnergySettings(settings: root, tags: tags)
        let zone = energy.ledger.calendar.zone.name
        for place in outputs.indices { outputs[place].tell(of: tags, zone: zone) }
        hasRegister = root.section("register") != nil
        page = root.section("page").map { PageSettings(settings: $0) }
        central = root.section("central").map { CentralSettings(settings: $0) }
        var entries: [Entry] = []
        for (name, section) in root.namedSections("source") {
            let type = section.string("type", "The kind of meter; boxenergie sources lists them.")
            let onError = section.choice(
                "on_error",
                default: RunningSource.ErrorPolicy.retry,
                "Whether to try again when the meter cannot be read, or to stop the program."
            )
            guard let kind = SourceRegistry.builtIn[type] else {
                section.reportUnknown(type, known: SourceRegistry.builtIn.all) {
                    "no kind of meter is called \"\($0)\"" as Phrase
                }
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
        let common = "\(tags)"
        for place in mirrors.indices { mirrors[place].fingerprint += common }
        root.finish()
        root.reportMissingFiles()
        // A role that could not be read stands for another one.
        if !document.diagnostics.hasErrors {
            Self.tellOfWitnesses(entries)
            Self.tellOfSharedLines(entries)
            Self.tellOfSharedDevices(entries)
        }
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
                "\(configuration.diagnostics.all.map(\.description).joined(separator: "\n"))",
                exitCode: 78
            )
        }
        return configuration
    }

    /// The source of a name.
    ///
    /// - Parameter name: NAME in `[source.NAME]`.
    /// - Returns: the source, not started.
    /// - Throws: a `CommandError` that lists the names there are.
    func source(_ name: String) throws -> any MeterSource {
        if let found = sources.first(where: { $0.name == name }) { return found.source }
        let names = sources.map(\.name).joined(separator: ", ")
        throw CommandError(
            names.isEmpty
                ? "no source is called \"\(name)\"; there is none yet"
                : "no source is called \"\(name)\"; there are: \(names)",
            exitCode: 64
        )
    }

    /// The source that listens to the Linky: the only one there is.
    ///
    /// - Throws: a `CommandError` with code 78 when there is none, with code 64 when there are several.
    func linky() throws -> ConfiguredSource {
        let found = sources.filter(\.source.declaration.readsTIC)
        guard let only = found.first else { throw CommandError("no source has the type teleinfo", exitCode: 78) }
        guard found.count == 1 else {
            let names = found.map(\.name).joined(separator: ", ")
            throw CommandError("several sources read a TIC output; choose one with --source: \(names)", exitCode: 64)
        }
        return only
    }

    /// Measurements in which the readings of each source are.
    var places: RawHistory.Places {
        RawHistory.Places(sources.map { ($0.name, $0.source.declaration) }, common: tags.map(\.0))
    }

    /// The output of a name.
    ///
    /// - Parameter name: `influx`, or NAME in `[output.NAME]`.
    /// - Returns: the output with its queue.
    /// - Throws: a `CommandError` that lists the names there are.
    func output(_ name: String) throws -> ConfiguredOutput {
        if let found = outputs.first(where: { $0.name == name }) { return found }
        let names = outputs.map(\.name).joined(separator: ", ")
        throw CommandError("no server is called \"\(name)\"; there are: \(names)", exitCode: 64)
    }

    /// The InfluxDB server of an output's name.
    ///
    /// - Parameters:
    ///   - name: `influx`, or NAME in `[output.NAME]`.
    ///   - box: the box whose points are asked for; this one by default where points say which they are of, else all.
    /// - Returns: its settings; what is read there is of that box only.
    /// - Throws: a `CommandError` with code 64 when there is no such output, it is of another type, or a centre, of which a
    ///   box can read nothing; `DiskError` when this user cannot know which box this is.
    func server(_ name: String, of box: String? = nil) throws -> InfluxServer {
        let output = try output(name)
        guard var server = InfluxServer(output.output) else {
            throw CommandError("\"\(name)\" is not an InfluxDB server", exitCode: 64)
        }
        guard server.settings.joinedAs == nil else {
            throw CommandError(
                "\"\(name)\" is a centre, where this box writes and may read nothing; its own database has what it sent: "
                    + "--output influx",
                exitCode: 64
            )
        }
        server.settings.box = try box ?? (output.queue.namesBox ? BoxIdentity.of(state).ownWord() : nil)
        return server
    }
}

/// A source and its treatment by the daemon.
struct ConfiguredSource: Sendable {
    /// NAME in `[source.NAME]`, the tag `source` of its points.
    var name: String
    /// The source itself, not started.
    var source: any MeterSource
    /// Trying again after an error, the default, or stopping the program: `on_error`.
    var onError: RunningSource.ErrorPolicy
    /// Its section and the tags as a text: a source is restarted at a reload only when that text has changed.
    var fingerprint: String
}

/// A neighbour that is shown what is now.
struct ConfiguredMirror: Sendable {
    /// NAME in `[output.NAME]`.
    var name: String
    /// The neighbour itself, not connected.
    var mirror: any MirrorOutput
    /// The quantities that it is shown, by `only`; all by default.
    var choice: OutputChoice
    /// Its section and the tags as a text: it is replaced at a reload only when that text has changed.
    var fingerprint: String

    /// Reads what every type of mirror has out of its section.
    init(_ name: String, _ mirror: any MirrorOutput, _ section: ConfigSection) {
        (self.name, self.mirror) = (name, mirror)
        choice = Self.choice(section)
        fingerprint = section.fingerprint
    }

    /// The quantities that a section chooses.
    static func choice(_ section: ConfigSection) -> OutputChoice {
        OutputChoice(
            only: OutputChoice.only(
                section,
                "Which values it is shown, such as linky.* or *.import_wh; all by default."
            )
        )
    }
}

/// A history and the queue of readings before it.
struct ConfiguredOutput: Sendable {
    /// `influx`, or NAME in `[output.NAME]`.
    var name: String
    /// The output itself, not connected.
    var output: any HistoryOutput
    /// Flush and spool settings, which every type of history has.
    var queue: QueueSettings
    /// The folder of the state, which has the identity of the box.
    var state: String
    /// Its section, its spool's folder, the tags and the time zone as a text: it is replaced at a reload only when that text
    /// has changed.
    var fingerprint: String
    private var tags: [(String, String)] = []
    private var zone = ""

    /// What it may keep of the box besides the points; makes the identity of the box where there is none.
    var context: HistoryContext {
        HistoryContext(
            box: BoxIdentity.of(state).word,
            site: tags.first { $0.0 == "site" }?.1 ?? "",
            common: Set(tags.map(\.0)),
            zone: zone
        )
    }

    /// Takes the tags of every point and the time zone of the house, which stand in other sections.
    fileprivate mutating func tell(of tags: [(String, String)], zone: String) {
        (self.tags, self.zone) = (tags, zone)
        fingerprint += " \(tags) \(zone)"
    }

    /// Reads the queue's settings out of the section of an output.
    ///
    /// - Parameters:
    ///   - name: names the spool's folder by default.
    ///   - output: the output, which has read its own settings.
    ///   - section: the output's section of the file.
    ///   - state: the folder of the state.
    ///   - isReadBack: true for the database that the ledger reads, which gets everything.
    init(
        _ name: String,
        _ output: any HistoryOutput,
        _ section: ConfigSection,
        _ state: String,
        isReadBack: Bool = false
    ) {
        self.name = name
        self.output = output
        self.state = state
        queue = QueueSettings(
            settings: section,
            name: name,
            state: state,
            isReadBack: isReadBack,
            namesBox: Swift.type(of: output).namesBox,
            tellsQueries: Swift.type(of: output).tellsQueries
        )
        fingerprint = "\(section.fingerprint) \(queue.spoolDirectory)"
    }
}

extension ConfigSection {
    /// Reports a `type` that no plugin has, and nothing about its settings; an absent one was reported already.
    ///
    /// - Parameters:
    ///   - type: the word found.
    ///   - known: all plugins there are.
    ///   - sentence: the problem, for the list of them or the one that was probably meant.
    fileprivate func reportUnknown(_ type: String, known: [any Plugin.Type], _ sentence: (String) -> Phrase) {
        ignoreOthers()
        guard !type.isEmpty else { return }
        let near = Configuration.kinds(near: type, among: known)
        if !near.isEmpty {
            report("\(sentence(type)); \(Phrase.didYouMean(near))", at: "type")
        } else {
            let list = known.map { "\"\($0.type)\"" }.joined(separator: ", ")
            report("\(sentence(type)); known: \(list)", at: "type")
        }
    }
}
