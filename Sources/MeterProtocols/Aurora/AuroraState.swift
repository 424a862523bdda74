/// The states of an inverter and its alarm: command 50.
public struct AuroraState: Sendable, Equatable {
    /// The state of the whole inverter.
    public var global: AuroraGlobalState
    /// The state of the DC/AC part; 2 is running.
    public var inverter: UInt8
    /// The state of the first DC/DC converter; 2 tracks the panels' point of highest power (MPPT).
    public var converter1: UInt8
    /// The state of the second DC/DC converter.
    public var converter2: UInt8
    /// The alarm of now.
    public var alarm: AuroraAlarm

    /// States as the answer carries them, in its order.
    public init(
        global: AuroraGlobalState,
        inverter: UInt8,
        converter1: UInt8,
        converter2: UInt8,
        alarm: AuroraAlarm
    ) {
        self.global = global
        self.inverter = inverter
        self.converter1 = converter1
        self.converter2 = converter2
        self.alarm = alarm
    }
}

/// The global state, which every answer with values carries, too.
public struct AuroraGlobalState: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    /// The number in the document's table.
    public var rawValue: UInt8

    /// A state of any number; one that is not in the table is named by it.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Waiting for sun and grid.
    public static let waitingForSunOrGrid = AuroraGlobalState(rawValue: 1)
    /// Feeding in; only in this state are counters to be believed.
    public static let running = AuroraGlobalState(rawValue: 6)
    /// Waiting for sun.
    public static let waitingForSun = AuroraGlobalState(rawValue: 30)

    /// The state in words, or its number where the document has none.
    public var description: String { Self.names[rawValue] ?? "state \(rawValue)" }

    private static let names: [UInt8: String] = [
        0: "sending parameters", 1: "waiting for sun and grid", 2: "checking the grid", 3: "measuring the insulation",
        4: "DC/DC converter starting", 5: "inverter starting", 6: "running", 7: "recovering", 8: "pausing",
        9: "ground fault", 10: "over-temperature fault", 11: "address setting", 12: "self test",
        13: "self test failed", 14: "sensor test", 15: "leakage fault", 16: "waiting for a manual reset",
        17: "internal error E026", 18: "internal error E027", 19: "internal error E028", 20: "internal error E029",
        21: "internal error E030", 22: "sending the wind table", 23: "sending the wind table failed",
        24: "under-temperature fault", 25: "switched off from afar", 26: "interlock failed", 27: "autotest",
        30: "waiting for sun", 31: "temperature fault", 32: "fan stuck", 33: "internal communication fault",
        34: "slave insertion", 35: "DC switch open", 36: "transformer switch open", 37: "master exclusion",
        38: "auto exclusion", 98: "EEprom error", 99: "EEprom error", 100: "EEprom error", 101: "frozen",
    ]
}

/// An alarm by its number; 0 is none.
public struct AuroraAlarm: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    /// The number in the document's table.
    public var rawValue: UInt8

    /// An alarm of any number; one that is not in the table is named by it.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// No alarm.
    public static let none = AuroraAlarm(rawValue: 0)

    /// The alarm in words with the code on the inverter's display, or its number where the document has none.
    public var description: String { Self.names[rawValue] ?? "alarm \(rawValue)" }

    private static let names: [UInt8: String] = [
        0: "none", 1: "too little sun (W001)", 2: "input over-current (E001)", 3: "input under-voltage (W002)",
        4: "input over-voltage (E002)", 5: "too little sun (W001)", 6: "no parameters (E003)",
        7: "bulk over-voltage (E004)", 8: "communication error (E005)", 9: "output over-current (E006)",
        10: "IGBT saturated (E007)", 11: "bulk under-voltage (W011)", 12: "internal error (E009)",
        13: "grid failed (W003)", 14: "bulk low (E010)", 15: "ramp failed (E011)", 16: "DC/DC failed (E012)",
        17: "wrong input mode (E013)", 18: "ground fault", 19: "over-temperature (E014)",
        20: "bulk capacitor failed (E015)", 21: "inverter failed (E016)", 22: "start timed out (E017)",
        23: "ground fault (E018)", 25: "leakage current (E019)", 30: "self test", 31: "DC injection (E023)",
        32: "grid over-voltage (W004)", 33: "grid under-voltage (W005)", 34: "grid frequency too high (W006)",
        35: "grid frequency too low (W007)", 36: "grid impedance too high (W008)", 38: "insulation too low (E025)",
        46: "wind table (W009)", 47: "fan failed (W010)", 48: "under-temperature (E033)",
        50: "switched off from afar (E035)", 52: "battery low (W012)", 53: "clock failed (W013)",
        55: "zero power (W014)", 57: "DC switch open (E039)", 61: "auto exclusion (E043)",
        62: "grid frequency unstable (W015)", 64: "junction box (W017)",
    ]
}
