public import MeterCore
public import MeterProtocols

/// Makes points of the readings of an inverter of ABB or Power-One.
public struct AuroraPoints: Sendable {
    /// The one series of the inverter, of the kind production.
    private let series: Series
    /// Holds back registers that step back or grow faster than 1.3 times the nominal power.
    private var gate = IndexGate(largestWatts: 150_000)
    /// Readings of the register that were held back.
    public private(set) var held = 0

    /// Prepares the series.
    public init(_ measurement: Measurement, context: SourceContext) {
        series = context.series(measurement, kind: .production, tags: [("kind", "inverter")])
    }

    /// Begins the register anew, since another inverter may answer from now on.
    public mutating func begin(_ identity: AuroraIdentity) {
        gate = IndexGate(largestWatts: (identity.model?.nominalWatts ?? 120_000) * 1.3)
    }

    /// The point of a reading.
    ///
    /// The register is stored only while the inverter runs: before that its counters are not right yet.
    ///
    /// - Parameters:
    ///   - reading: of one round.
    ///   - time: of the point.
    ///   - monotonic: the same on a clock that is never set back, by which the register is judged.
    /// - Returns: the point; a value that the inverter did not tell is left out.
    public mutating func point(of reading: AuroraReading, at time: Timestamp, monotonic: Uptime) -> Point {
        func value(_ measure: AuroraMeasure) -> FieldValue? {
            // As many digits as the inverter's floats have, without their binary noise.
            reading.values[measure].map { .float((Double($0) * 1000).rounded() / 1000) }
        }
        let register = reading.state.global == .running ? believed(reading.totalWattHours, monotonic) : nil
        return Point(
            series,
            at: time,
            row: [
                .w: value(.gridWatts), .wh: register.map { .integer($0) }, .v: value(.gridVolts),
                .a: value(.gridAmperes), .hz: value(.gridHertz), .vdc1: value(.input1Volts),
                .adc1: value(.input1Amperes), .vdc2: value(.input2Volts), .adc2: value(.input2Amperes),
                .tempC: value(.inverterCelsius), .risoMohm: value(.insulationMegohms),
                .state: .integer(Int64(reading.state.global.rawValue)),
                .alarm: .integer(Int64(reading.state.alarm.rawValue)),
            ]
        )
    }

    /// The point of an inverter that sleeps: 0 W, which the balance with the house's meter needs.
    public func asleep(at time: Timestamp) -> Point { Point(series, at: time, row: [.w: .float(0)]) }

    /// The register in Wh; `nil` while it is held.
    private mutating func believed(_ wattHours: UInt32?, _ monotonic: Uptime) -> Int64? {
        guard let value = wattHours.map(Int64.init) else { return nil }
        guard gate.judge(value, at: monotonic) == .held else { return value }
        held += 1
        return nil
    }
}
