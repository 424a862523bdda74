import MeterCore
import MeterNotation
import MeterProtocols

/// A guess at a meter's purpose, by the quantities that it measures.
struct MBusGuess {
    /// The role by the medium; `other` when none of the role's fields is there.
    let role: MeterRole
    /// The name of the source in a French home, such as `chauffage`.
    let name: String
    /// The energy of a meter that keeps it elsewhere than its role's fields say, or all values of one that has none of
    /// them; at most twelve.
    let fields: [ProbeFinding.Line]

    /// The medium codes are those of EN 13757-3: 2 electricity, 3 gas, 4, 12 and 13 heat, 10 and 11 cooling, 6, 7, 21
    /// to 23 water.
    init(_ telegrams: [MBusTelegram]) {
        let records = telegrams.flatMap(\.records)
        let (role, name): (MeterRole, String) =
            switch telegrams.first?.header?.meter?.mediumCode {
            case 0x02: (.consumption, "compteur")
            case 0x03: (.gas, "gaz")
            case 0x04, 0x0C, 0x0D: (.heat, "chauffage")
            case 0x0A, 0x0B: (.cooling, "froid")
            case 0x06, 0x07, 0x15, 0x16, 0x17: (.water, "eau")
            default: (.other, "mbus")
            }
        self.name = name
        let own = role.mbusFields
        let elsewhere = role.isElectric ? Self.energy(records, unless: own) : nil
        let hasOwn = own.contains { $0.selector.value(in: records) != nil }
        self.role = hasOwn || elsewhere != nil ? role : .other
        fields = elsewhere.map { [$0] } ?? (hasOwn ? [] : Self.fields(records))
    }

    /// The register of a meter that has energy, and none of it where the role looks.
    ///
    /// - Returns: the line for `[fields]`; `nil` when nothing is to be said.
    private static func energy(_ records: [MBusRecord], unless own: [MBusField]) -> ProbeFinding.Line? {
        guard let field = own.first(where: \.isInteger), field.selector.value(in: records) == nil else { return nil }
        let present = MBusSelector.each(of: records).first { _, record in
            record.quantity == .energy && record.function == .instantaneous && record.storage == 0
                && !record.meanings.contains(.negativeOnly) && MBusConversion.isEnergy(record.unit)
        }
        guard var selector = present?.selector else { return nil }
        selector.unit = "Wh"
        return .text(field.name, selector.description, "the meter's total, by its display?")
    }

    /// The values that the meter gives, each once, under the names of their quantities.
    private static func fields(_ records: [MBusRecord]) -> [ProbeFinding.Line] {
        var names: [String: Int] = [:]
        return MBusSelector.each(of: records).prefix(12).map { selector, record in
            let word = record.quantity.rawValue.replacing(" ", with: "_").replacing("-", with: "_").lowercased()
            let count = names[word, default: 0] + 1
            names[word] = count
            let unit: Phrase? = record.unit.isEmpty ? nil : "in \(record.unit)"
            return .text(count == 1 ? word : "\(word)_\(count)", selector.description, unit)
        }
    }
}
