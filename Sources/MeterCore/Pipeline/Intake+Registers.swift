// The registers at the end of each quarter, for the register that can be checked.
extension Intake {
    /// Begins to keep the registers of the meters, or ends that.
    public func keepRegisters(_ isWanted: Bool) {
        with { stages in
            guard isWanted != (stages.bookkeeper.quarterRegisters != nil) else { return }
            stages.bookkeeper.quarterRegisters = isWanted ? QuarterRegisters() : nil
        }
    }

    /// The registers at the end of the last quarter, in seconds since 1970; none while nobody wants them.
    public func registers(at end: Int64) -> [MeterStand] {
        with { $0.bookkeeper.quarterRegisters?.stands(at: end) ?? [] }
    }
}
