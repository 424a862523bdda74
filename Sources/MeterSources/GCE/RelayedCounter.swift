import MeterCore
import MeterNotation
import MeterProtocols

/// A pulse meter whose pulses another device counts.
struct RelayedCounter: Sendable {
    /// The role, the pulses per unit and the display's value at count 0.
    private let settings: PulseSettings
    /// Makes points of the count.
    private var points: PulsePoints
    /// Holds back counts that step back or jump.
    private var gates = EnergyGates()

    /// The end of the name that a counter has as a source of its own.
    static func suffix(_ number: Int) -> String { "-c\(number)" }

    /// Prepares the series; the counter is a source of its own for the ledger and in the tag `source`.
    ///
    /// - Parameters:
    ///   - settings: of the counter.
    ///   - number: of its input, from 1.
    ///   - context: of the device's source.
    init(_ settings: PulseSettings, _ number: Int, context: SourceContext) {
        self.settings = settings
        points = PulsePoints(
            settings,
            context: SourceContext(
                name: context.name + Self.suffix(number),
                tags: context.tags,
                logger: context.logger,
                status: context.status
            )
        )
    }

    /// The points of a count.
    ///
    /// - Parameters:
    ///   - text: as the device sent it; `nil` when it did not.
    ///   - name: of the count at the device, for messages.
    ///   - moment: of the reading.
    /// - Returns: the points, none when they would say what the last ones said.
    mutating func reading(_ text: String?, name: String, at moment: Moment) -> FieldReading {
        var reading = FieldReading()
        guard let text, let count = UInt64(text.trimmed) else {
            reading.problems = ["\(name): \(text.map { "\"\($0.prefix(40))\" is no count" } ?? "there is none")"]
            return reading
        }
        let before = gates.held
        let most = MeterRegister.Quantity(settings.role)?.largestPerHour ?? 45_000
        let pulses = (settings.role.isElectric ? most / 1000 : most) * settings.pulsesPerUnit
        if gates.believed(Int64(clamping: count), name, step: 10, most: pulses, at: moment.uptime) != nil {
            var register = PulseRegister(initial: settings.initial)
            register.count = count
            reading.points = points.points(of: register, watts: nil, at: moment.time)
        }
        reading.held = gates.held - before
        return reading
    }
}
