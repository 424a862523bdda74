import ArgumentParser
import MeterSources

/// `profiles`: lists devices that need no list of registers or fields.
struct Profiles: ParsableCommand {
    /// Abstract, discussion and examples.
    static let configuration = CommandConfiguration(
        abstract:
            "Lists the devices that are known, for the sources modbus, http and mqtt, or prints the profile of one.",
        discussion: """
            A profile of your own, or a corrected one, goes to \(ProfileLibrary.folder)/NAME.toml.

            EXAMPLES:
              boxenergie profiles
              boxenergie profiles eastron-sdm120
              boxenergie profiles tasmota
              boxenergie profiles abb-b23 > my-meter.toml   to begin with
            """
    )

    /// Key of the profile to print; a list of all when absent.
    @Argument(help: "A profile.")
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
                print("\(key)  \(kind)  \(entry.name)\(entry.isVerified ? "" : " (not confirmed)")")
            }
            return
        }
        guard let entry = entries.first(where: { $0.key == name }) else {
            throw CommandError("no profile is called \"\(name)\"; boxenergie profiles lists them", exitCode: 64)
        }
        print(entry.text, terminator: "")
    }
}
