extension TICFrame {
    /// Whether it is the short frame that a three-phase meter in historique sends while a phase exceeds.
    ///
    /// It carries `ADIR1...3`, the address and the currents only: labels missing from it are not gone.
    public var isShort: Bool { contains(.adir1) || contains(.adir2) || contains(.adir3) }

    /// Whether it has its address, was ended by its ETX, and no group between was refused.
    public var isComplete: Bool {
        ending == .closed && refusedGroups == 0 && (contains(.adco) || contains(.adsc))
    }

    /// The address of the meter, if it has the structure of one: `ADSC` or `ADCO`.
    public var address: MeterAddress? {
        (text(.adsc) ?? text(.adco)).flatMap(MeterAddress.init)
    }

    /// The status register, `STGE`.
    public var status: StatusRegister? {
        integer(.stge).map { StatusRegister(rawValue: UInt32(truncatingIfNeeded: $0)) }
    }

    /// The day profile of tomorrow, `PJOURF+1`.
    public var tomorrow: DayProfile? { text(.pjourfNext).flatMap(DayProfile.init) }

    /// The profile of the next mobile peak, `PPOINTE`.
    public var mobilePeak: DayProfile? { text(.ppointe).flatMap(DayProfile.init) }
}
