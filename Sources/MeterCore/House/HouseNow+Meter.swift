extension HouseNow.Meter {
    /// The seconds beyond its usual pause after which a source is late.
    private static let patience: Int64 = 60

    /// A meter by the status of its source.
    ///
    /// - Parameters:
    ///   - name: of the source.
    ///   - status: its counters and its last reading.
    ///   - start: of the program, from which it counts before the first reading.
    ///   - pause: the seconds for which it says nothing while all is well.
    ///   - now: in seconds since 1970.
    ///   - mayBeAsleep: true for an inverter that has no sun; asked only of one that is silent.
    public init(
        _ name: String,
        _ status: SourceStatus.Snapshot,
        since start: Int64,
        pause: Int64,
        at now: Int64,
        mayBeAsleep: () -> Bool
    ) {
        let isSilent = now - (status.lastReading ?? start) > pause + Self.patience
        let isAsleep = status.isAsleep || isSilent && mayBeAsleep()
        let isLate = isSilent && !isAsleep
        let isNewer = status.lastErrorAt ?? .min >= status.lastReading ?? .min
        self.init(
            name: name,
            seen: status.lastReading,
            isLate: isLate,
            reason: isLate && isNewer ? status.lastError : nil,
            isAsleep: isAsleep
        )
    }
}
