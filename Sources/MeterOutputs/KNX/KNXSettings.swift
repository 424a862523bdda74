import MeterCore
import MeterIO
import MeterNotation

/// The settings of an output to a KNX bus.
struct KNXSettings: Sendable {
    /// Key `knxd`: where it listens, `/run/knx` by default; the port of an address is 6720 where it names none.
    var place: ListeningPlace
    /// Key `groups`: what each group address shows.
    var groups: [KNXGroup]
    /// Key `every`: the shortest time between two values of a group, 1 s to 1 h, 30 s by default.
    var every: Duration

    /// Decodes the section; problems go to its diagnostics.
    init(settings: ConfigSection) {
        let text = settings.string(
            "knxd",
            default: "/run/knx",
            "The socket of knxd on this machine, or the address of the machine that it runs on."
        )
        place = .path(text)
        if !text.hasPrefix("/") {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            let port = parts.count == 2 ? Int(parts[1]) ?? 0 : 6720
            if parts.count > 2 || parts[0].isEmpty || text.contains(where: { "/@?# ".contains($0) })
                || !(1...65_535).contains(port)
            {
                settings.report("expected a path such as \"/run/knx\" or an address, found \"\(text)\"", at: "knxd")
            }
            place = .network(NetworkAddress(host: String(parts[0]), port: port))
        }
        every = settings.duration(
            "every",
            in: .seconds(1) ... .seconds(3600),
            default: .seconds(30),
            "The shortest time between two values of a group; all that has changed shares two telegrams a second."
        )
        groups = []
        let table = settings.stringTable(
            "groups",
            "What each group address shows, such as \"5/0/1\" = \"linky.import_wh\", with a type behind it if need be."
        )
        if table.isEmpty {
            settings.report("no group address is named, such as \"5/0/1\" = \"linky.import_wh\"", at: "groups")
        }
        for (name, text) in table { groups += group(name, text, settings).map { [$0] } ?? [] }
    }

    private func group(_ name: String, _ text: String, _ settings: ConfigSection) -> KNXGroup? {
        guard let address = KNXAddress(name) else {
            settings.report("expected a group address such as \"5/0/1\", found \"\(name)\"", at: "groups")
            return nil
        }
        if groups.contains(where: { $0.address == address }) {
            settings.report("the group address \(name) is named twice", at: "groups")
            return nil
        }
        var words = text.split(separator: " ")
        // The name of a device of a source has a blank: "zigbee cave.consumption_wh".
        let isTyped = words.count > 1 && words[words.count - 1].allSatisfy { $0.isNumber || $0 == "." }
        let typeName = isTyped ? words.removeLast() : nil
        let quantity = words.joined(separator: " ")
        guard let measure = Measure(ofName: quantity) else {
            settings.report("\(name): expected a value such as \"linky.import_wh\", found \"\(text)\"", at: "groups")
            return nil
        }
        guard let typeName = typeName.map(String.init) else { return KNXGroup(address: address, quantity: quantity) }
        guard let type = KNXType(rawValue: typeName) else {
            let known = KNXType.allCases.map(\.rawValue).joined(separator: ", ")
            settings.report("\(name): no type is called \"\(typeName)\"; known: \(known)", at: "groups")
            return nil
        }
        if type.factor(measure.unit) == nil {
            settings.report("\(name): the type \(typeName) is not for \(quantity)", at: "groups")
        }
        return KNXGroup(address: address, quantity: quantity, type: type)
    }
}
