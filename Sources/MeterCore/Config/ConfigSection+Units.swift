public import MeterNotation

extension ConfigSection {
    // MARK: Durations

    /// A time span with its unit, such as `"10s"` or `"1h30m"`; without a default it is required.
    ///
    /// A number without a unit is refused: `10` might be seconds or minutes.
    public func duration(
        _ key: String,
        in range: ClosedRange<Duration>? = nil,
        default fallback: Duration? = nil,
        _ help: Phrase
    ) -> Duration {
        duration(key, range, fallback, isRequired: fallback == nil, help) ?? range?.lowerBound ?? .zero
    }

    /// A time span that may be left out; `nil` when it is.
    public func optionalDuration(_ key: String, in range: ClosedRange<Duration>? = nil, _ help: Phrase) -> Duration? {
        duration(key, range, nil, isRequired: false, help)
    }

    private func duration(
        _ key: String,
        _ range: ClosedRange<Duration>?,
        _ fallback: Duration?,
        isRequired: Bool,
        _ help: Phrase
    ) -> Duration? {
        let usual = range.map { $0.contains(.seconds(10)) ? .seconds(10) : $0.lowerBound } ?? .seconds(10)
        let setting = Setting(
            key,
            kind: "duration",
            expected: "a duration",
            range: range.map { .between(DurationText.format($0.lowerBound), DurationText.format($0.upperBound)) },
            example: DurationText.format(fallback ?? usual),
            defaultText: fallback.map { quoted(DurationText.format($0)) },
            isRequired: isRequired,
            help: help
        )
        return read(setting, fallback: fallback) { Self.conversion(of: $0, range) }
    }

    /// The time span of a value, or a hint how to write it.
    static func conversion(of node: ConfigNode, _ range: ClosedRange<Duration>?) -> Conversion<Duration> {
        switch node.value {
        case .string(let text):
            guard let value = DurationText.parse(text) else {
                if let meant = DurationText.parseFraction(text) {
                    return .wrong(hint: "without a fraction: \"\(DurationText.format(meant))\"")
                }
                return .wrong(hint: "the units are \(DurationText.unitsInWords)")
            }
            return range?.contains(value) == false ? .wrong : .value(value)
        case .integer(let value) where value >= 0: return .wrong(hint: "write \"\(value)s\" for seconds")
        default: return .wrong
        }
    }

    // MARK: Amounts of bytes

    /// An amount of bytes with its unit, such as `"200MB"`; without a default it is required.
    public func byteCount(
        _ key: String,
        in range: ClosedRange<Int>? = nil,
        default fallback: Int? = nil,
        _ help: Phrase
    ) -> Int {
        let setting = Setting(
            key,
            kind: "size",
            expected: "a size",
            range: range.flatMap { RangeText($0, least: 0, most: .max, ByteCountText.format) },
            example: ByteCountText.format(fallback ?? range?.lowerBound ?? 200_000_000),
            defaultText: fallback.map { quoted(ByteCountText.format($0)) },
            isRequired: fallback == nil,
            help: help
        )
        let value: Int? = read(setting, fallback: fallback) { node in
            switch node.value {
            case .string(let text):
                guard let value = ByteCountText.parse(text) else {
                    return .wrong(hint: "the units are \(ByteCountText.unitsInWords)")
                }
                return range?.contains(value) == false ? .wrong : .value(value)
            case .integer(let value) where value >= 0: return .wrong(hint: "write \"\(value)B\" for bytes")
            default: return .wrong
            }
        }
        return value ?? range?.lowerBound ?? 0
    }

    // MARK: Names

    /// A full path of the file system; without a default it is required.
    public func path(_ key: String, default fallback: String? = nil, _ help: Phrase) -> String {
        fullPath(key, fallback, isRequired: fallback == nil, help) ?? "/"
    }

    /// A full path that may be left out; `nil` when it is.
    public func optionalPath(_ key: String, _ help: Phrase) -> String? {
        fullPath(key, nil, isRequired: false, help)
    }

    private func fullPath(_ key: String, _ fallback: String?, isRequired: Bool, _ help: Phrase) -> String? {
        let setting = Setting(
            key,
            kind: "path",
            expected: "a full path that begins with \"/\"",
            defaultText: fallback.map(quoted),
            isRequired: isRequired,
            help: help
        )
        return read(setting, fallback: fallback) { node in
            guard case .string(let text) = node.value else { return .wrong }
            return isFullPath(text) ? .value(text) : .wrong
        }
    }

    /// A measurement as InfluxQL writes it, `"linky"` or `"raw.linky"`, as it stands in the file.
    ///
    /// `parseMeasurementName(_:)` takes it apart and never fails on what this returns, unless there were errors.
    public func measurement(_ key: String, default fallback: String? = nil, _ help: Phrase) -> String {
        let setting = Setting(
            key,
            kind: "measurement",
            expected: "a measurement",
            example: fallback ?? "raw.linky",
            defaultText: fallback.map(quoted),
            isRequired: fallback == nil,
            help: help
        )
        let name: String? = read(setting, fallback: fallback) { node in
            guard case .string(let text) = node.value else { return .wrong }
            if parseMeasurementName(text) != nil { return .value(text) }
            return .wrong(hint: "in single quotes, a name with dots or spaces can be quoted: '\"a name\"'")
        }
        return name ?? ""
    }
}

/// True when the text is a path from the root that the system's calls can take.
func isFullPath(_ text: String) -> Bool {
    text.hasPrefix("/") && !text.unicodeScalars.contains("\0")
}
