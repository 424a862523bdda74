import MeterCore

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
    func destination(_ key: String, default fallback: String? = nil, _ help: String) -> Measurement {
        let text = measurement(key, default: fallback, help)
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
}
