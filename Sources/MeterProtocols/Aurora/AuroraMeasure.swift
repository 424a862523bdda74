import MeterNotation

/// The measures of command 59; the unit is in the name.
///
/// Power-One "Aurora Inverter Series, Communication Protocol" rel. 4.2. Only some inverters know all of them; an
/// unknown one is refused with `AuroraRefusal.noSuchVariable`.
public enum AuroraMeasure: UInt8, Sendable, CaseIterable {
    /// The grid's voltage, in V.
    case gridVolts = 1
    /// The current fed into the grid, in A.
    case gridAmperes = 2
    /// The power fed into the grid, in W; below 0 while the inverter takes some.
    case gridWatts = 3
    /// The grid's frequency, in Hz.
    case gridHertz = 4
    /// The temperature of the inverter, in °C.
    case inverterCelsius = 21
    /// The temperature of the booster, in °C.
    case boosterCelsius = 22
    /// The panels' voltage at the first input, in V.
    case input1Volts = 23
    /// The panels' current at the first input, in A.
    case input1Amperes = 25
    /// The panels' voltage at the second input, in V.
    case input2Volts = 26
    /// The panels' current at the second input, in A.
    case input2Amperes = 27
    /// The insulation of the panels against earth, in MΩ, measured before feeding in.
    case insulationMegohms = 30

    /// The value for a person.
    var words: Phrase {
        switch self {
        case .gridVolts: "the grid's voltage"
        case .gridAmperes: "the current"
        case .gridWatts: "the power"
        case .gridHertz: "the grid's frequency"
        case .inverterCelsius: "its temperature"
        case .boosterCelsius: "the booster's temperature"
        case .input1Volts: "the voltage of input 1"
        case .input1Amperes: "the current of input 1"
        case .input2Volts: "the voltage of input 2"
        case .input2Amperes: "the current of input 2"
        case .insulationMegohms: "the insulation"
        }
    }

    /// The values that make sense; others mean that the answer belongs to another question.
    var range: ClosedRange<Float> {
        switch self {
        case .gridVolts, .input1Volts, .input2Volts: -50...1200
        case .gridAmperes, .input1Amperes, .input2Amperes: -50...300
        case .gridWatts: -5000...120_000
        case .gridHertz: 0...70
        case .inverterCelsius, .boosterCelsius: -50...150
        case .insulationMegohms: 0...10_000
        }
    }
}

/// The counters of command 78, in Wh.
public enum AuroraCounter: UInt8, Sendable, CaseIterable {
    /// Since midnight by the inverter's own clock, which is often wrong; not every firmware begins anew.
    case today = 0
    /// Since the beginning of the week.
    case week = 1
    /// Since the beginning of the month.
    case month = 3
    /// Since the beginning of the year.
    case year = 4
    /// Since the inverter was made: the register to count energy by.
    case total = 5
    /// Since the counter was last set back on the inverter's display.
    case partial = 6

    /// The counter for a person.
    var words: Phrase {
        switch self {
        case .today: "the energy of the day"
        case .week: "the energy of the week"
        case .month: "the energy of the month"
        case .year: "the energy of the year"
        case .total: "the energy of its life"
        case .partial: "the energy since it was set back"
        }
    }
}
