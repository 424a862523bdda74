public import MeterNotation

/// The prices of energy from a day on, until the next tariff begins.
public struct Tariff: Sendable, Hashable {
    /// The contract, which says what the supplier's registers are called.
    public enum Option: String, Sendable, CaseIterable {
        /// One price, off-peak hours (heures creuses), six of Tempo, or two of mobile peaks (EJP).
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

        /// The name of a register by its number, from 1; `nil` when the contract has no such register.
        func register(_ number: Int) -> String? {
            registers.indices.contains(number - 1) ? registers[number - 1] : nil
        }
    }

    /// The local day on which it begins.
    public var from: LocalDate
    /// The contract, which names the registers.
    public var option: Option
    /// The prices in € for one kWh, from -5 to 20, by register; names as in `Option.registers`, or `F01` to `F10`.
    public var prices: [String: Double]
    /// The price in € for one kWh that is exported, from -5 to 20; `nil` where the one before goes on.
    public var feedIn: Double?
    /// The subscription in € a month, from 0 to 1000; `nil` when it is not told.
    public var subscription: Double?
    /// The off-peak hours, for energy that no register of the contract counted; `nil` when they are not told.
    public var offPeak: OffPeakHours?
    /// The last day for which the contract fixes the prices; `nil` when it is not told.
    public var fixedUntil: LocalDate?

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

    /// The price of a register in € for one kWh, under its name in either mode of the meter; `nil` when there is none.
    public func price(of register: String) -> Double? {
        if let price = prices[register] { return price }
        if let number = option.registers.firstIndex(of: register) { return prices[SupplierRegister.name(number + 1)] }
        return SupplierRegister.number(register).flatMap { option.register($0) }.flatMap { prices[$0] }
    }

    /// The price of the supplier's n-th register, from 1.
    public func price(ofRegister number: Int) -> Double? {
        option.register(number).map { price(of: $0) } ?? prices[SupplierRegister.name(number)]
    }

    /// The name of the supplier's n-th register, from 1: the contract's, else that of standard mode.
    public func name(ofRegister number: Int) -> String {
        option.register(number) ?? SupplierRegister.name(number)
    }
}

/// The price of what is sold, from a day on.
public struct FeedIn: Sendable, Hashable {
    public var from: LocalDate
    /// € for one kWh, from -5 to 20; 0 ends the sale.
    public var price: Double

    public init(from: LocalDate, price: Double) { (self.from, self.price) = (from, price) }
}

/// The tariffs one after the other, each valid until the next begins.
public struct TariffHistory: Sendable, Hashable {
    private let tariffs: [Tariff]
    private let feedIns: [FeedIn]
    /// The colours of Tempo's days, as far as they were told.
    let tempo: [TempoDays]
    /// The days of mobile peaks, as far as they were told.
    let ejp: [EJPDays]
    private let gasPrices: [GasPrice]

    public init(
        _ tariffs: [Tariff] = [],
        feedIns: [FeedIn] = [],
        tempo: [TempoDays] = [],
        ejp: [EJPDays] = [],
        gas: [GasPrice] = []
    ) {
        (self.tempo, self.ejp) = (tempo, ejp)
        gasPrices = gas.sorted { $0.from < $1.from }
        self.tariffs = tariffs.sorted { $0.from < $1.from }
        let own = tariffs.compactMap { tariff in tariff.feedIn.map { FeedIn(from: tariff.from, price: $0) } }
        // What a tariff says of the sale counts until the first contract of sale begins.
        let first = feedIns.map(\.from).min()
        self.feedIns = (own.filter { own in first.map { own.from < $0 } ?? true } + feedIns).sorted {
            $0.from < $1.from
        }
    }

    /// True when there are no prices at all.
    public var isEmpty: Bool { tariffs.isEmpty && feedIns.isEmpty }

    /// The tariff of a day; `nil` before the first one.
    public func tariff(on date: LocalDate) -> Tariff? { tariffs.last { $0.from <= date } }

    /// The tariff that began last, or begins last; `nil` without any.
    var newest: Tariff? { tariffs.last }

    /// The energy and the price of gas on a day; `nil` where none is told.
    func gas(on date: LocalDate) -> GasPrice? { gasPrices.last { $0.from <= date } }

    /// The price of what is sold on a day, in € for one kWh; `nil` when nothing is.
    ///
    /// A contract of sale runs for 20 years, whatever becomes of the prices of what is bought: the last one counts until
    /// another is told.
    public func feedIn(on date: LocalDate) -> Double? { feedIns.last { $0.from <= date }?.price }
}
