import ArgumentParser
import HousePage
import MeterCore
import MeterNotation
import MeterOutputs
import MeterSources

/// `sources`: lists the kinds of meters, and their settings.
struct Sources: ParsableCommand {
    /// Abstract and example.
    static let configuration = CommandConfiguration(
        abstract: said("Lists the kinds of meters, or the settings of one."),
        discussion: prose("EXAMPLE: boxenergie sources teleinfo")
    )

    /// Kind of meter to describe; a list of all when absent.
    @Argument(help: .said("A kind of meter."))
    var type: String?

    /// Prints the list or the settings.
    func run() throws {
        guard let type else {
            for kind in SourceRegistry.builtIn.all { print("\(kind.type)  \(kind.summary)") }
            return
        }
        guard let kind = SourceRegistry.builtIn[type] else {
            let near = Configuration.kinds(near: type, among: SourceRegistry.builtIn.all)
            throw CommandError(
                near.isEmpty
                    ? "no kind of meter is called \"\(type)\"; boxenergie sources lists them"
                    : "no kind of meter is called \"\(type)\"; did you mean \"\(near)\"?",
                exitCode: 64
            )
        }
        describe(kind, at: "source.NAME")
    }
}

/// `outputs`: lists the kinds of servers and neighbours, the page of the house, and their settings.
struct Outputs: ParsableCommand {
    /// Abstract and example.
    static let configuration = CommandConfiguration(
        abstract: said("Lists the kinds of servers and neighbours and the page of the house, or the settings of one."),
        discussion: prose("EXAMPLE: boxenergie outputs influx")
    )

    /// Kind of output to describe; a list of all when absent.
    @Argument(help: .said("A kind of server or neighbour."))
    var type: String?

    /// Prints the list or the settings, those too which every output of its family has.
    func run() throws {
        guard let type else {
            for kind in OutputRegistry.builtIn.all.map(\.plugin) { print("\(kind.type)  \(kind.summary)") }
            print("\(PageSettings.type)  \(PageSettings.summary)")
            return
        }
        guard type != PageSettings.type else { return describe(PageSettings.self, at: PageSettings.type) }
        guard let family = OutputRegistry.builtIn[type] else {
            let near = Configuration.kinds(near: type, among: OutputRegistry.builtIn.all.map { $0.plugin })
            throw CommandError(
                near.isEmpty
                    ? "no kind of output is called \"\(type)\"; boxenergie outputs lists them"
                    : "no kind of output is called \"\(type)\"; did you mean \"\(near)\"?",
                exitCode: 64
            )
        }
        describe(family.plugin, at: "output.NAME") { section in
            switch family {
            case .history(let kind):
                _ = QueueSettings(
                    settings: section,
                    name: "NAME",
                    state: Configuration.usualState,
                    namesBox: kind.namesBox,
                    tellsQueries: kind.tellsQueries
                )
            case .mirror: _ = ConfiguredMirror.choice(section)
            }
        }
    }
}

/// Prints a kind's settings and its sample.
///
/// The settings are those that its own `init` reads from a section that only takes note of them.
///
/// - Parameters:
///   - kind: the kind of meter or server.
///   - path: the section's name in the file: `source.NAME`.
///   - more: reads further settings of the section.
private func describe(_ kind: any Plugin.Type, at path: String, _ more: (ConfigSection) -> Void = { _ in }) {
    let section = ConfigSection.describing(path: path)
    _ = kind.init(settings: section)
    more(section)
    print(said("\(kind.type): \(kind.summary)\n"))
    for line in lines(section.declarations) { print(line) }
    print("\n\(said("Example:"))\n\n\(translated(kind.sample))")
}

/// A sample of the configuration, its comments in the language of the system.
private func translated(_ sample: String) -> String {
    sample.split(separator: "\n", omittingEmptySubsequences: false).map { line in
        guard let mark = line.ranges(of: "# ").last, line[..<mark.lowerBound].last ?? " " == " " else { return line }
        return line[..<mark.upperBound] + said(Phrase(stringLiteral: String(line[mark.upperBound...])))
    }.joined(separator: "\n")
}

/// The lines for settings; a table with the settings of an earlier one, such as those of three phases, only names it.
private func lines(_ settings: [SettingDeclaration]) -> [String] {
    var lines: [String] = []
    var known: [(table: Substring, lines: [String])] = []
    var tables: [Substring] = []
    for setting in settings {
        let table = setting.key.prefix { $0 != "." }
        if !tables.contains(table) { tables.append(table) }
    }
    for table in tables {
        let own = settings.filter { $0.key == table || $0.key.hasPrefix("\(table).") }
        let texts = own.map { text($0, named: $0.key.dropFirst(table.count)) }
        let other = known.first { $0.lines == texts }
        if let other, own.count > 3 {
            lines.append("  \(table) — \(said("a table with the same settings as \(other.table)"))")
        } else {
            known.append((table, texts))
            lines += texts.map { "  \(table)\($0)" }
        }
    }
    return lines
}

/// The two lines for a setting, without the table's name.
private func text(_ setting: SettingDeclaration, named name: Substring) -> String {
    let need =
        setting.isRequired ? said("required") : setting.defaultText.map { said("default \($0)") } ?? said("optional")
    let range = setting.range.map { ", \($0)" } ?? ""
    return "\(name) — \(setting.kind)\(range) (\(need))\n      \(setting.help)"
}
