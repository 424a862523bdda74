extension TimeZoneRules {
    /// The instants at which clocks there show a time.
    ///
    /// - Parameter local: the time that they show, in seconds since 1970 as if it were UTC.
    /// - Returns: one, or two in order in the hour that comes twice, or none in the one that is left out.
    public func instants(local: Int64) -> [Int64] {
        let around = Set([offset(at: local - 86_400), offset(at: local + 86_400)])
        return around.map { local - $0 }.filter { $0 + offset(at: $0) == local }.sorted()
    }
}
