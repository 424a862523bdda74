import MeterCore

extension ConfigSection {
    /// Where readings go: a measurement, with its retention policy or in the default one.
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
