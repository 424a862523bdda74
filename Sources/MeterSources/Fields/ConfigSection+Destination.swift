import MeterCore
import MeterNotation

extension ConfigSection {
    /// Decodes a measurement: `raw.sauna` names its retention policy, `sauna` goes to the default one.
    ///
    /// A refused text is reported to the section's diagnostics; the value returned for it is never written.
    ///
    /// - Parameters:
    ///   - key: of the setting.
    ///   - fallback: the measurement without the setting; `nil` makes it required.
    ///   - help: the sentence for the documentation.
    /// - Returns: the measurement.
    func destination(_ key: String, default fallback: String? = nil, _ help: Phrase) -> Measurement {
        let text = measurement(key, default: fallback, help)
        if let reason = Measurement(written: text)?.reasonAgainstReadings { report(reason, at: key) }
        // Nothing is written where the text was refused.
        return Measurement(written: text) ?? Measurement(text)
    }
}

extension Measurement {
    /// A measurement as InfluxQL writes it, `linky` or `raw.linky`; `nil` for any other text.
    init?(written text: String) {
        guard let (policy, name) = parseMeasurementName(text) else { return nil }
        self.init(name, in: RetentionPolicy(policy ?? ""))
    }

    /// The reason for which readings of meters do not go here, as a sentence; `nil` when they may.
    ///
    /// The box's own sums are computed again from readings: what a meter wrote among them would be lost.
    var reasonAgainstReadings: Phrase? {
        guard let kind = Kind(self), kind.measurement.policy != .raw else { return nil }
        return "\(kind.rawValue) holds sums that the box computes; readings go to one such as \(Kind.meter.rawValue)"
    }
}
