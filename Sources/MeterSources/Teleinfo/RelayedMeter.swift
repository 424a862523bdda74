import MeterCore
import MeterNotation
import MeterProtocols

/// A meter that speaks to another device, which passes its values on.
struct RelayedMeter: Sendable {
    /// Makes points of the frames, as for a meter on the box itself.
    private var points: TeleinfoPoints
    /// The meter's wiring, one phase or three, or found by its labels.
    private let wiring: RelayedTIC.Wiring

    /// Prepares the series.
    ///
    /// - Parameters:
    ///   - settings: the interval and the measurements.
    ///   - wiring: one phase or three, or found by the labels.
    ///   - context: with the name and tags of the source.
    init(_ settings: TeleinfoSettings, wiring: RelayedTIC.Wiring, context: SourceContext) {
        let phases: Int? =
            switch wiring {
            case .auto: nil
            case .single: 1
            case .three: 3
            }
        points = TeleinfoPoints(settings, KnownMeter(.network, phases: phases), waits: false, context: context)
        self.wiring = wiring
    }

    /// The points of what the device sent of the meter.
    ///
    /// - Parameters:
    ///   - values: by label.
    ///   - input: the device's name of the input, for messages.
    ///   - isMixed: true when the device has registers of mode historique and voltages and injection beside them.
    ///   - moment: of the reading.
    /// - Returns: the points, or why there are none.
    mutating func reading(
        _ values: [(name: String, text: String)],
        input: String,
        isMixed: Bool = false,
        at moment: Moment
    ) -> FieldReading {
        let relayed = RelayedTIC(values, isMixed: isMixed)
        var reading = FieldReading()
        reading.problems = relayed.contradictions.map { said("\($0) has two values") }
        // At night only one phase of three may have a current: what was seen once stays.
        let wiring = wiring == .auto && points.meter.phases == 3 ? .three : wiring
        guard let frame = relayed.frame(wiring: wiring) else {
            reading.problems.append(
                relayed.isDead
                    ? said(
                        "no meter speaks on \(input); is the cable on the meter's I1 and I2, "
                            + "and is the input set to the meter's mode?"
                    )
                    : said(
                        "there is nothing of a meter on \(input); is its firmware recent, "
                            + "and is it what the configuration says?"
                    )
            )
            return reading
        }
        let before = points.held
        reading.points = points.points(of: frame, at: moment.time, monotonic: moment.uptime)
        reading.held = points.held - before
        return reading
    }
}
