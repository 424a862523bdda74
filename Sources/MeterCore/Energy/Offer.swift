import MeterNotation

/// A contract that might be another choice, with its prices by date.
public struct Offer: Sendable {
    /// The name that the household reads: `Tempo`.
    public var contract: String
    /// The subscribed power that it is for, in kVA; `nil` for any.
    public var kva: Double?
    /// The prices, one after the other, and the colours of Tempo's days.
    public var prices: TariffHistory

    /// Decodes the tables `[offer.NAME]` of a file of offers; problems go to its diagnostics.
    ///
    /// Those of one contract and power follow each other by their first days.
    ///
    /// - Returns: the contracts in the order of the file.
    public static func read(_ root: ConfigSection) -> [Offer] {
        var found: [(contract: String, kva: Double?, tariffs: [Tariff])] = []
        for (name, section) in root.namedSections("offer") {
            let contract = section.string("contract", "What the contract is called.")
            let kva = section.optionalNumber("kva", in: 1...36, "The subscribed power that it is for, in kVA.")
            guard let tariff = Tariff(settings: section) else { continue }
            if let place = found.firstIndex(where: { $0.contract == contract && $0.kva == kva }) {
                if found[place].tariffs.contains(where: { $0.from == tariff.from }) {
                    section.report(
                        "another table of this contract begins on \(tariff.from), too; \(name) never counts",
                        at: "from"
                    )
                }
                found[place].tariffs.append(tariff)
            } else {
                found.append((contract, kva, [tariff]))
            }
        }
        let (tempo, ejp) = (TempoDays.read(root), EJPDays.read(root))
        return found.map {
            Offer(contract: $0.contract, kva: $0.kva, prices: TariffHistory($0.tariffs, tempo: tempo, ejp: ejp))
        }
    }
}
