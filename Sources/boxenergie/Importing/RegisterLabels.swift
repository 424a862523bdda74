import MeterCore
import MeterNotation
import SupplierFiles

/// The supplier's registers by the names that the distributor's files give them: the only place that says which of them
/// is HC.
struct RegisterLabels {
    private let names: [SupplierFile.RegisterName]

    init(_ names: [SupplierFile.RegisterName]) { self.names = names }

    /// The tariff's register that a file's register is on a day.
    ///
    /// - Parameters:
    ///   - number: from 1, as the file counts.
    ///   - date: the day.
    ///   - option: the contract.
    /// - Returns: the number from 1 in the contract's own order; the file's where no name says more.
    func register(_ number: Int, on date: LocalDate, of option: Tariff.Option) -> Int {
        guard let label = names.last(where: { $0.register == number && $0.from <= date })?.name,
            let name = Self.name(label.lowercased(), option), let place = option.registers.firstIndex(of: name)
        else { return number }
        return place + 1
    }

    private static func name(_ label: String, _ option: Tariff.Option) -> String? {
        let hours = label.contains("creuse") ? "HC" : label.contains("pleine") ? "HP" : nil
        switch option {
        case .base: return "BASE"
        case .hphc: return hours
        case .tempo:
            let colours = [("bleu", "JB"), ("blanc", "JW"), ("rouge", "JR")]
            guard let hours, let colour = colours.first(where: { label.contains($0.0) })?.1 else { return nil }
            return hours + colour
        case .ejp: return label.contains("pointe") ? "PM" : label.contains("normale") ? "HN" : nil
        }
    }
}
