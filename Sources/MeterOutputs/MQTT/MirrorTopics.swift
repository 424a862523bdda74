import MeterCore
import MeterNotation

/// The topics of a mirror, and the names by which others know its quantities; all of them never change.
struct MirrorTopics: Sendable {
    /// Digits in a row from which on they are a number of a meter or a delivery point.
    private static let longNumber = 8

    /// The beginning of the topics: `boxenergie/maison`.
    let root: String
    /// The same as a name: `boxenergie_maison`.
    let node: String
    private let discovery: String?
    private let showsNumbers: Bool

    init(_ settings: MQTTMirrorSettings, site: String) {
        let place = site.isEmpty ? "" : Self.plain(site)
        root = place.isEmpty ? settings.prefix : "\(settings.prefix)/\(place)"
        node = root.replacing("/", with: "_")
        discovery = settings.discovery
        showsNumbers = settings.showsNumbers
    }

    /// The topic that says whether the box is there.
    var presence: String { "\(root)/etat" }
    /// The topic at which the broker keeps what was told, for a box that lost its own memory.
    var memory: String { "\(root)/memoire" }
    /// The topic at which Home Assistant and Domoticz say that they have started; `nil` without discovery.
    var greeting: String? { discovery.map { "\($0)/status" } }
    /// The topics that are heard.
    var heard: [String] { [memory] + (greeting.map { [$0] } ?? []) }

    /// The name of a quantity behind the root: `linky/import_wh`; of the box's own without a meter.
    func name(of quantity: ShownQuantity) -> String {
        quantity.meter.isEmpty ? quantity.word : "\(word(of: quantity.meter))/\(quantity.word)"
    }

    /// The topic of a value, by the quantity's name.
    func value(_ name: String) -> String { "\(root)/\(name)" }

    /// The device that a quantity belongs to: `boxenergie_maison_linky`; the box itself without a meter.
    func device(of meter: String) -> String { meter.isEmpty ? node : "\(node)_\(word(of: meter))" }

    /// The name of a quantity for ever, and at this broker only once.
    func identifier(of quantity: ShownQuantity) -> String { "\(device(of: quantity.meter))_\(quantity.word)" }

    /// The topic by which a quantity is found; `nil` without discovery.
    func announcement(of quantity: ShownQuantity) -> String? {
        discovery.map { "\($0)/sensor/\(device(of: quantity.meter))/\(quantity.word)/config" }
    }

    /// The name of a meter, as a person may see it.
    func shown(_ meter: String) -> String { showsNumbers ? meter : Self.masked(meter) }

    /// A meter's name as a part of a topic: a further device of a source has its own behind the source's.
    private func word(of meter: String) -> String {
        meter.split(separator: " ", maxSplits: 1).map { part in
            let shown = shown(String(part))
            return shown == part ? Self.plain(shown) : "\(Self.plain(shown))-\(NameHash.mark(of: String(part)))"
        }.joined(separator: "--")
    }

    /// A name with letters, digits, `-` and `_` only; one that had others is told apart by four digits.
    private static func plain(_ name: String) -> String {
        isBareWord(name) && !name.contains("--") ? name : "\(slug(of: name))-\(NameHash.mark(of: name))"
    }

    /// A name whose long numbers are shown by their last four digits.
    private static func masked(_ name: String) -> String {
        var result = ""
        var digits = ""
        func flush() {
            result += digits.count >= longNumber ? String(digits.suffix(4)) : digits
            digits = ""
        }
        for letter in name {
            if letter.isASCII, letter.isNumber {
                digits.append(letter)
            } else {
                flush()
                result.append(letter)
            }
        }
        flush()
        return result
    }

    /// True for plain names with slashes between them.
    static func isPath(_ text: String) -> Bool {
        text.utf8.count <= 200
            && text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { isBareWord($0) }
    }
}
