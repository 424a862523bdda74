import MeterNotation

/// The meaning of the four letters of command 58, as far as they are known.
///
/// Model, rule of the grid, `T` with transformer or `N` without, `W` wind or `N` sun.
public struct AuroraModel: Sendable, Equatable, CustomStringConvertible {
    /// The four letters.
    public var letters: String

    /// A model of any letters.
    public init(letters: String) { self.letters = letters }

    /// The letter of the model.
    private var letter: Character { letters.first ?? "?" }

    /// The nominal power in W; `nil` for a model that is not in the documents.
    public var nominalWatts: Double? { Self.models[letter]?.watts }

    /// The model in words, such as `3.0 kW, grid rule VDE 0126, transformerless`.
    public var description: String {
        let name = Self.models[letter]?.name ?? said("Aurora, model letter \(letter)")
        let rest = Array(letters.dropFirst())
        guard rest.count == 3 else { return name }
        return name + said(", grid rule \(Self.rules[rest[0]] ?? String(rest[0]))")
            + (rest[1] == "T" ? said(", with transformer") : rest[1] == "N" ? said(", transformerless") : "")
            + (rest[2] == "W" ? said(", wind") : "")
    }

    private static let models: [Character: (name: String, watts: Double)] = [
        "i": ("2 kW indoor", 2000), "o": ("2 kW outdoor", 2000), "I": ("3.6 kW indoor", 3600),
        "O": ("3.0 to 3.6 kW outdoor", 3600), "5": ("5 kW", 5000), "6": ("6 kW", 6000),
        "P": ("3-phase interface", 10_000), "C": ("50 kW module", 50_000), "4": ("4.2 kW", 4200), "3": ("3.6 kW", 3600),
        "2": ("3.3 kW", 3300), "1": ("3.0 kW", 3000), "D": ("12 kW", 12_000), "X": ("10 kW", 10_000),
    ]

    private static let rules: [Character: String] = [
        "A": "UL 1741", "E": "VDE 0126", "S": "DR 1663/2000", "I": "ENEL DK 5950", "U": "UK G83", "K": "AS 4777",
        "F": "France",
    ]
}
