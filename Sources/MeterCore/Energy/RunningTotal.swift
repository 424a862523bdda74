/// What a meter and those before it have counted, and how far the meter of now is in it.
public struct RunningTotal: Sendable, Hashable, Codable {
    /// All that was accepted, from the first meter's register on: Wh of electricity, kWh of heat and cold, m³.
    public var total: Double
    /// The register of now, with what power says of the step that it is in.
    ///
    /// The difference of both stays the same until the meter is replaced or the books begin anew.
    public var register: Double
    /// The time of its last reading, in seconds since 1970.
    public var time: Int64

    public init(total: Double, register: Double, time: Int64) {
        (self.total, self.register, self.time) = (total, register, time)
    }
}
