extension TICFrame {
    /// True for the short frame of a three-phase meter in historique, while a phase exceeds the subscribed current.
    ///
    /// It carries `ADIR1...3`, the address and the currents only: labels missing from it are not gone.
    public var isShort: Bool { contains(.adir1) || contains(.adir2) || contains(.adir3) }

    /// True when it has its address, was ended by its ETX, and no group between was refused.
    public var isComplete: Bool {
        ending == .closed && refusedGroups == 0 && (contains(.adco) || contains(.adsc))
    }

    /// The address of the meter, `ADSC` or `ADCO`; `nil` if it does not have the structure of one.
    public var address: MeterAddress? {
        (text(.adsc) ?? text(.adco)).flatMap(MeterAddress.init)
    }

    /// The status register, `STGE`; `nil` in historique.
    public var status: StatusRegister? {
        integer(.stge).map { StatusRegister(rawValue: UInt32(truncatingIfNeeded: $0)) }
    }

    /// The day profile of tomorrow, `PJOURF+1`; `nil` when it is missing or malformed.
    public var tomorrow: DayProfile? { text(.pjourfNext).flatMap(DayProfile.init) }

    /// The profile of the next mobile peak, `PPOINTE`; only sent between its notice and its beginning.
    public var mobilePeak: DayProfile? { text(.ppointe).flatMap(DayProfile.init) }
}
