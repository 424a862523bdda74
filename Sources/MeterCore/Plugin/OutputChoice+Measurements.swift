import MeterNotation

/// The names of measurements that patterns can mean.
extension OutputChoice {
    /// The patterns by which no point ever passes: a measurement is called POLICY.NAME, and those of `m15` and `day` are known.
    ///
    /// What is called `raw.NAME` may be a source's own.
    var idle: [String] {
        only.filter { pattern in
            let known = Kind.allCases.contains { OutputChoice(only: [pattern]).includes($0.rawValue) }
            guard !known, !pattern.isEmpty else { return false }
            let isOfOthers = pattern.contains(".") && !["m15.", "day."].contains { pattern.hasPrefix($0) }
            return !isOfOthers
        }
    }

    /// Reports those patterns, at `only`.
    public func reportIdle(in settings: ConfigSection, severity: Diagnostic.Severity) {
        for pattern in idle {
            settings.report(
                "no measurement is called \"\(pattern)\": names are such as m15.energy, and m15.* means all quarters",
                at: "only",
                severity: severity
            )
        }
    }
}
