/// What command 59 measures.
///
/// Power-One "Aurora Inverter Series, Communication Protocol" rel. 4.2. Only some inverters know all of them; an unknown
/// one is refused with `AuroraRefusal.noSuchVariable`.
public enum AuroraMeasure: UInt8, Sendable, CaseIterable {
    case gridVolts = 1
    case gridAmperes = 2
    case gridWatts = 3
    case gridHertz = 4
    case inverterCelsius = 21
    case boosterCelsius = 22
    case input1Volts = 23
    case input1Amperes = 25
    case input2Volts = 26
    case input2Amperes = 27
    case insulationMegohms = 30

    /// What values make sense; others mean that the answer belongs to another question.
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
    case today = 0
    case week = 1
    case month = 3
    case year = 4
    case total = 5
    /// Since it was last set back on the inverter's display.
    case partial = 6
}
