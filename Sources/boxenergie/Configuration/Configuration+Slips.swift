import MeterCore
import MeterIO
import MeterNotation

extension Configuration {
    /// Reports a line of this machine that two sources want, where only one can have it.
    ///
    /// Devices on an RS485 pair share it; a TIC output and a GPIO line have one reader.
    ///
    /// - Parameter entries: all sources; the report comes at the second one's `device` or `line`.
    static func tellOfSharedLines(_ entries: [Entry]) {
        var serial: [String: (name: String, readsTIC: Bool)] = [:]
        var pins: [String: String] = [:]
        for entry in entries {
            let (name, declaration) = (entry.source.name, entry.source.source.declaration)
            if let device = declaration.serialDevice.map(DiskFile.real) {
                if let other = serial[device], other.readsTIC || declaration.readsTIC {
                    entry.section.report(
                        "\(other.name) reads this line already, and a TIC output has one reader",
                        at: "device"
                    )
                }
                serial[device] = serial[device] ?? (name, declaration.readsTIC)
            }
            if let line = declaration.gpioLine {
                if let other = pins[line] { entry.section.report("\(other) counts at this line already", at: "line") }
                pins[line] = pins[line] ?? name
            }
        }
    }

    /// Warns of a device on a shared line or in the network of which two sources read the same: all that it counts would count twice.
    ///
    /// Two sources may each read other values of one device.
    ///
    /// - Parameter entries: all sources; the warning comes at the second one's number or address of the device.
    static func tellOfSharedDevices(_ entries: [Entry]) {
        var readers: [String: [(name: String, values: Set<String>)]] = [:]
        for entry in entries {
            let (name, source) = (entry.source.name, entry.source.source)
            guard let asking = source.declaration.asking else { continue }
            let line = source.declaration.serialDevice.map(DiskFile.real) ?? asking.line
            let device = "\(Swift.type(of: source).type) \(line) \(asking.device.number)"
            if let other = readers[device]?.first(where: { !$0.values.isDisjoint(with: asking.values) }) {
                entry.section.report(
                    "\(other.name) reads the same values of this device already; they would be stored and counted twice",
                    at: asking.device.setting,
                    severity: .warning
                )
            }
            readers[device, default: []].append((name, asking.values))
        }
    }

    /// Warns of a `site` that every query would have to quote, and links of the dashboards break at.
    static func tellOfSite(_ tags: [(String, String)], _ root: ConfigSection) {
        guard let site = tags.first(where: { $0.0 == "site" })?.1 else { return }
        guard !site.isEmpty, !isBareWord(site) else { return }
        let plain = slug(of: site).replacing("-", with: "_")
        root.report(
            "site = \"\(site)\" breaks queries: letters without accents, digits, \"_\" and \"-\" only, as \"\(plain)\"; "
                + "[site] name is for people",
            at: "tags",
            severity: .warning
        )
    }

    /// The words for a kind that nobody has: those that were probably meant, or all there are.
    ///
    /// - Parameters:
    ///   - word: the word found, which may be that of a device, such as `linky`.
    ///   - kinds: all plugins there are.
    /// - Returns: the names of those that were probably meant, separated by commas; empty when nobody knows.
    static func kinds(near word: String, among kinds: [any Plugin.Type]) -> String {
        let word = word.lowercased()
        if let near = nearestWord(to: word, among: kinds.map { $0.type }) { return near }
        guard word.count > 2 else { return "" }
        let told = kinds.filter { kind in
            [kind.summary.english, said(kind.summary), kind.sample].contains { $0.lowercased().contains(word) }
        }
        return told.map { $0.type }.joined(separator: "\", \"")
    }
}
