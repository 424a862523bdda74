import ArgumentParser
import HousePage
import MeterCore
import MeterOutputs
import MeterSources

/// `sources`: lists the kinds of meters, and their settings.
struct Sources: ParsableCommand {
    /// Abstract and example.
    static let configuration = CommandConfiguration(
        abstract: "Lists the kinds of meters, or the settings of one.",
        discussion: "EXAMPLE: boxenergie sources teleinfo"
    )

    /// Kind of meter to describe; a list of all when absent.
    @Argument(help: "A kind of meter.")
    var type: String?

    /// Prints the list or the settings.
    func run() throws {
        guard let type else {
            for kind in SourceRegistry.builtIn.all { print("\(kind.type)  \(kind.summary)") }
            return
        }
        guard let kind = SourceRegistry.builtIn[type] else {
            throw CommandError("no kind of meter is called \"\(type)\"; boxenergie sources lists them", exitCode: 64)
        }
        describe(kind, at: "source.NAME")
    }
}

/// `outputs`: lists the kinds of servers and neighbours, the page of the house, and their settings.
struct Outputs: ParsableCommand {
    /// Abstract and example.
    static let configuration = CommandConfiguration(
        abstract: "Lists the kinds of servers and neighbours and the page of the house, or the settings of one.",
        discussion: "EXAMPLE: boxenergie outputs influx"
    )

    /// Kind of output to describe; a list of all when absent.
    @Argument(help: "A kind of server or neighbour.")
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
            throw CommandError("no kind of output is called \"\(type)\"; boxenergie outputs lists them", exitCode: 64)
        }
        describe(family.plugin, at: "output.NAME") { section in
            switch family {
            case .history: _ = QueueSettings(settings: section, name: "NAME", state: Configuration.usualState)
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
    print("\(kind.type): \(kind.summary)\n")
    for setting in section.declarations {
        let need = setting.isRequired ? "required" : setting.defaultText.map { "default \($0)" } ?? "optional"
        let range = setting.range.map { ", \($0)" } ?? ""
        print("  \(setting.key) — \(setting.kind)\(range) (\(need))\n      \(setting.help)")
    }
    print("\nExample:\n\n\(kind.sample)")
}
