import MeterCore

/// The energies of hours, days or months, which may know different fields.
///
/// A sum says how many are missing in it, and a share is that of those which know all of its fields.
struct KnownSums {
    /// The word for what is missing.
    enum Unit { case hours, days, months }

    /// Wh and €, by field, of what is over.
    let over: [[Field: Double]]
    /// Those of what runs, which may not know a field yet.
    var open: [Field: Double] = [:]
    let unit: Unit

    private var all: [[Field: Double]] { over + [open] }

    var isEmpty: Bool { all.allSatisfy(\.isEmpty) }

    /// The sum of what is known, and how many do not know it; `nil` where none does.
    func sum(_ field: Field) -> (sum: Double, missing: Int)? {
        let known = all.compactMap { $0[field] }
        return known.isEmpty ? nil : (known.reduce(0, +), over.count { $0[field] == nil })
    }

    /// A share of the sums of those that know all of its fields to the same end, and how many do not.
    func share(_ fields: [Field], _ share: ([Field: Double]) -> Double?) -> (share: Double, missing: Int)? {
        func isKnown(_ sums: [Field: Double]) -> Bool {
            fields.allSatisfy { sums[$0] != nil } && EnergyShares.isWhole(sums)
        }
        let total = all.filter(isKnown).reduce(into: [Field: Double]()) { $0.merge($1, uniquingKeysWith: +) }
        return share(total).map { ($0, over.count { !isKnown($0) }) }
    }

    /// The cost in €, of those whose energy has a price.
    var euros: (sum: Double, missing: Int)? {
        let priced = all.filter { $0[.eurImport] != nil }.compactMap(EnergyShares.euros)
        return priced.isEmpty ? nil : (priced.reduce(0, +), over.count { $0[.eurImport] == nil })
    }

    /// How many are missing, in brackets behind a figure; empty for none.
    static func missing(_ count: Int, _ unit: Unit, _ language: Language) -> String {
        guard count > 0 else { return "" }
        let (one, many) =
            switch unit {
            case .hours: (language("1 heure", "1 hour"), language("\(count) heures", "\(count) hours"))
            case .days: (language("1 jour", "1 day"), language("\(count) jours", "\(count) days"))
            case .months: (language("1 mois", "1 month"), language("\(count) mois", "\(count) months"))
            }
        return count == 1
            ? language(" (il manque \(one))", " (\(one) is missing)")
            : language(" (il manque \(many))", " (\(many) are missing)")
    }
}
