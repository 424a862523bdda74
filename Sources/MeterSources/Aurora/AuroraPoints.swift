public import MeterCore
public import MeterProtocols

/// Makes points of an inverter's readings.
public struct AuroraPoints: Sendable {
    private let series: Series
    private var gate = IndexGate(largestWatts: 150_000)
    /// Readings of the register that were held.
    public private(set) var held = 0

    /// Prepares the series.
    public init(_ measurement: Measurement, context: SourceContext) {
        series = context.series(measurement, kind: .production, tags: [("kind", "inverter")])
    }

    /// Another inverter answers from now on: its register starts anew.
    public mutating func begin(_ identity: AuroraIdentity) {
        gate = IndexGate(largestWatts: (identity.model?.nominalWatts ?? 120_000) * 1.3)
    }

    /// The point of a reading.
    ///
    /// The register is kept while the inverter runs: before that its counters are not yet right.
    public mutating func point(of reading: AuroraReading, at time: Timestamp, monotonic: Uptime) -> Point {
        func value(_ measure: AuroraMeasure) -> FieldValue? {
            // As many digits as the inverter's floats have, and not their binary noise.
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

    /// An inverter that sleeps produces nothing, and its balance with the house's meter needs to know.
    public func asleep(at time: Timestamp) -> Point { Point(series, at: time, row: [.w: .float(0)]) }

    private mutating func believed(_ wattHours: UInt32?, _ monotonic: Uptime) -> Int64? {
        guard let value = wattHours.map(Int64.init) else { return nil }
        guard gate.judge(value, at: monotonic) == .held else { return value }
        held += 1
        return nil
    }
}
