import Logging
import MeterCore
import MeterNotation
import MeterProtocols

/// Makes readings of the text of a chip's counter or temperature.
struct OneWireReader: InputReader {
    /// The settings of the source.
    private let settings: OneWireSettings
    /// The name, memory and log of the source.
    private let context: SourceContext
    /// The meter at a counter; `nil` until it was read, and for a thermometer.
    var meter: OneWireMeter?

    /// Begins without a meter; the first reading takes it from the memory.
    init(_ settings: OneWireSettings, _ context: SourceContext) { (self.settings, self.context) = (settings, context) }

    /// Takes a recorded property; the label is not used.
    mutating func take(_ bytes: [UInt8], _ label: String, at moment: Moment) throws -> [FieldReading] {
        [try reading(of: String(decoding: bytes, as: UTF8.self), at: moment)]
    }

    /// The reading of a property's text as owserver gives it, such as `       21.5`.
    ///
    /// - Throws: a sentence when it is none.
    mutating func reading(of text: String, at moment: Moment) throws(OneWireChip.Failure) -> FieldReading {
        switch settings.reading {
        case .temperature(let measurement):
            guard let value = OneWireValue.celsius(text) else {
                return FieldReading(problems: [
                    said("\(settings.device) says \(text): it has no power, or the line is too long")
                ])
            }
            let series = context.series(measurement, kind: .temperature)
            return FieldReading(points: [Point(series, at: moment.time, row: [.tempC: .float(value)])])
        case .counter(let input, let pulse):
            let value = try input.count(in: text, of: settings.device)
            return take(value, pulse, at: moment)
        }
    }

    /// Takes a count, and warns when the chip has started again at 0.
    ///
    /// - Parameters:
    ///   - value: the chip's count.
    ///   - pulse: the settings of the meter.
    ///   - moment: of the count.
    /// - Returns: the reading; one with `held` has no points.
    private mutating func take(_ value: UInt32, _ pulse: PulseSettings, at moment: Moment) -> FieldReading {
        let remembered = context.memory?.text(of: context.name)
        var known = meter ?? OneWireMeter(pulse, settings.device, remembered: remembered, context: context)
        let (step, points) = known.take(value, at: moment.time, monotonic: moment.uptime)
        meter = known
        if step == .restarted {
            context.logger.warning(
                "The counter started again at 0; compare the total with the meter's display",
                metadata: ["chip": "\(settings.device)", "now": "\(value)"]
            )
        }
        return FieldReading(points: points, held: step == .held ? 1 : 0)
    }
}

extension OneWireInput {
    /// The name of the property, such as `counter.A`.
    var property: String { "counter.\(rawValue)" }

    /// The count in a property's text.
    ///
    /// - Throws: a sentence when it is none.
    func count(in text: String, of device: OneWireDevice) throws(OneWireChip.Failure) -> UInt32 {
        guard let count = OneWireValue.count(text) else {
            throw OneWireChip.Failure("\(device): \(property) is \"\(text)\", which is no number")
        }
        return count
    }
}
