import ArgumentParser
import MeterCore
import MeterNotation
import MeterSources

/// `profiles`: lists devices that need no list of registers or fields.
struct Profiles: ParsableCommand {
    /// Abstract, discussion and examples.
    static let configuration = CommandConfiguration(
        abstract:
            said(
                "Lists the devices that are known, for the sources modbus, http and mqtt, or prints the profile of one."
            ),
        discussion: prose(
            """
            A profile of your own, or a corrected one, goes to \(ProfileLibrary.folder)/NAME.toml.

            EXAMPLES:
              boxenergie profiles
              boxenergie profiles eastron-sdm120
              boxenergie profiles tasmota
              boxenergie profiles abb-b23 > my-meter.toml   to begin with
            """
        )
    )

    /// Key of the profile to print; a list of all when absent.
    @Argument(help: .said("A profile."))
    var name: String?

    /// Prints the list, marking profiles that nobody confirmed on a device, or the text of one profile.
    func run() throws {
        let entries = ProfileLibrary.entries
        guard let name else {
            let width = entries.map(\.key.count).max() ?? 0
            for entry in entries {
                let key = entry.key + String(repeating: " ", count: width - entry.key.count)
                let word = entry.kind.rawValue
                let kind = word + String(repeating: " ", count: 6 - word.count)
                print("\(key)  \(kind)  \(entry.name)\(entry.isVerified ? "" : said(" (not confirmed)"))")
            }
            return
        }
        guard let entry = entries.first(where: { $0.key == name }) else {
            let word = name.lowercased()
            let near = entries.filter { entry in
                [entry.key, entry.name.english, said(entry.name)].contains { $0.lowercased().contains(word) }
            }.map(\.key)
            let others = near.isEmpty ? [nearestWord(to: word, among: entries.map(\.key))].compactMap { $0 } : near
            throw CommandError(
                others.isEmpty
                    ? "no profile is called \"\(name)\"; boxenergie profiles lists them"
                    : "no profile is called \"\(name)\"; did you mean \(others.joined(separator: ", "))?",
                exitCode: 64
            )
        }
        print(Self.translated(entry), terminator: "")
    }

    /// The file of a profile, its name and its note in the language of the system.
    private static func translated(_ entry: ProfileLibrary.Entry) -> String {
        let words = ["name": entry.name, "note": entry.note]
        return entry.text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let key = line.prefix { $0 != " " }
            guard let phrase = words[String(key)], line.hasPrefix("\(key) = \"") else { return line }
            return "\(key) = \"\(said(phrase).replacing("\"", with: "\\\""))\""
        }.joined(separator: "\n")
    }
}
