public import MeterNotation

/// What energy costs from a day on, until the next tariff begins.
public struct Tariff: Sendable, Hashable {
    /// The contract, which says what the supplier's registers are called.
    public enum Option: String, Sendable, CaseIterable {
        case base, hphc, tempo, ejp

        /// The names of the registers 1, 2 and so on, as the meter's historique mode calls them.
        public var registers: [String] {
            switch self {
            case .base: ["BASE"]
            case .hphc: ["HC", "HP"]
            case .tempo: ["HCJB", "HPJB", "HCJW", "HPJW", "HCJR", "HPJR"]
            case .ejp: ["HN", "PM"]
            }
        }
    }

    /// The local day on which it begins.
    public var from: LocalDate
    public var option: Option
    /// In € for one kWh, by register; names as in `Option.registers`, or `F01` to `F10`.
    public var prices: [String: Double]
    /// In € for one kWh that is injected.
    public var feedIn: Double?
    /// In € a month.
    public var subscription: Double?

    public init(
        from: LocalDate,
        option: Option,
        prices: [String: Double],
        feedIn: Double? = nil,
        subscription: Double? = nil
    ) {
        self.from = from
        self.option = option
        self.prices = prices
        self.feedIn = feedIn
        self.subscription = subscription
    }

    /// The price of a register under the name that it has in the meter's mode.
    public func price(of register: String) -> Double? {
        if let price = prices[register] { return price }
        if let number = option.registers.firstIndex(of: register) { return prices[Self.standardName(number + 1)] }
        return Self.number(register).flatMap { option.registers.indices.contains($0 - 1) ? $0 : nil }
            .flatMap { prices[option.registers[$0 - 1]] }
    }

    /// The price of the supplier's n-th register, from 1.
    public func price(ofRegister number: Int) -> Double? {
        option.registers.indices.contains(number - 1)
            ? price(of: option.registers[number - 1]) : prices[Self.standardName(number)]
    }

    static func standardName(_ number: Int) -> String { number < 10 ? "F0\(number)" : "F\(number)" }

    static func number(_ register: String) -> Int? {
        register.first == "F" && register.utf8.count == 3 ? Int(register.dropFirst()) : nil
    }
}

/// The tariffs one after the other, each valid until the next begins.
public struct TariffHistory: Sendable, Hashable {
    private let tariffs: [Tariff]

    public init(_ tariffs: [Tariff] = []) { self.tariffs = tariffs.sorted { $0.from < $1.from } }

    public var isEmpty: Bool { tariffs.isEmpty }

    /// The tariff of a day; `nil` before the first one.
    public func tariff(on date: LocalDate) -> Tariff? { tariffs.last { $0.from <= date } }
}
