public import MeterNotation

extension ConfigSection {
    // MARK: Text

    /// A text; without a default it is required.
    ///
    /// It may be empty only if the default is.
    public func string(_ key: String, default fallback: String? = nil, _ help: Phrase) -> String {
        text(key, fallback, isRequired: fallback == nil, help) ?? ""
    }

    /// A text that may be left out, but not empty; `nil` when it is.
    public func optionalString(_ key: String, _ help: Phrase) -> String? {
        text(key, nil, isRequired: false, help)
    }

    private func text(_ key: String, _ fallback: String?, isRequired: Bool, _ help: Phrase) -> String? {
        let setting = Setting(
            key,
            kind: "text",
            expected: "a text",
            defaultText: fallback.map(quoted),
            isRequired: isRequired,
            help: help
        )
        return read(setting, fallback: fallback) { node in
            switch node.value {
            case .string("") where fallback != "": .wrong(hint: "the text must not be empty")
            case .string(let text): .value(text)
            case .integer(let value): .wrong(hint: "write \"\(value)\"")
            case .boolean(let value): .wrong(hint: "write \"\(value)\"")
            default: .wrong
            }
        }
    }

    /// A list of texts; without a default it is required.
    ///
    /// Elements that are no texts are reported one by one and left out.
    public func strings(_ key: String, default fallback: [String]? = nil, _ help: Phrase) -> [String] {
        let setting = Setting(
            key,
            kind: "list of texts",
            expected: "a list of texts",
            defaultText: fallback.map { "[\($0.map(quoted).joined(separator: ", "))]" },
            isRequired: fallback == nil,
            help: help
        )
        let list: [String]? = read(setting, fallback: fallback) { node in
            guard case .array(let elements) = node.value else {
                guard case .string(let text) = node.value else { return .wrong }
                return .wrong(hint: "write [\(quoted(text))]")
            }
            return .value(
                elements.compactMap { element in
                    if case .string(let text) = element.value { return text }
                    reportWrong(key, element, expected: "a text in the list")
                    return nil
                }
            )
        }
        return list ?? []
    }

    /// A table of texts under names of the user's choice, such as `[tags]`, in the order of the file.
    public func stringTable(_ key: String, _ help: Phrase = "") -> [(name: String, value: String)] {
        let setting = Setting(
            key,
            kind: "table of texts",
            expected: "a table of texts",
            defaultText: nil,
            isRequired: false,
            help: help
        )
        let table: [(name: String, value: String)]? = read(setting, fallback: nil) { node in
            guard case .table(let entries) = node.value else { return .wrong }
            let inner = ConfigSection(entries, path: path(of: key), at: node.position, context: context)
            return .value(
                entries.compactMap { entry in
                    let text = inner.string(entry.key, "")
                    return text.isEmpty ? nil : (entry.key, text)
                }
            )
        }
        return table ?? []
    }

    /// One of an enumeration's raw values; without a default it is required.
    ///
    /// - Parameters:
    ///   - key: the setting.
    ///   - choices: those that are possible here.
    ///   - fallback: the default.
    ///   - help: a sentence for people.
    ///   - refusal: the reason why another one is not possible, in a sentence.
    /// - Returns: the choice; the default, or any one, when there is none.
    public func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String,
        among choices: [Choice]? = nil,
        default fallback: Choice? = nil,
        _ help: Phrase,
        refusal: (Choice) -> Phrase? = { _ in nil }
    ) -> Choice {
        let found = choice(key, choices, fallback, isRequired: fallback == nil, help, refusal)
        guard let value = found ?? choices?.first ?? Choice.allCases.first else {
            preconditionFailure("\(Choice.self) has no case to choose")
        }
        return value
    }

    /// One of an enumeration's raw values, or `nil` when left out.
    public func optionalChoice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String,
        of type: Choice.Type = Choice.self,
        among choices: [Choice]? = nil,
        _ help: Phrase,
        refusal: (Choice) -> Phrase? = { _ in nil }
    ) -> Choice? {
        choice(key, choices, nil, isRequired: false, help, refusal)
    }

    private func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String,
        _ choices: [Choice]?,
        _ fallback: Choice?,
        isRequired: Bool,
        _ help: Phrase,
        _ refusal: (Choice) -> Phrase?
    ) -> Choice? {
        let names = (choices ?? Array(Choice.allCases)).map(\.rawValue)
        let list = names.map(quoted).joined(separator: ", ")
        let setting = Setting(
            key,
            kind: "one of \(list)",
            expected: "one of \(list)",
            defaultText: (fallback?.rawValue).map(quoted),
            isRequired: isRequired,
            help: help
        )
        return read(setting, fallback: fallback) { node in
            guard case .string(let text) = node.value else { return .wrong }
            let words = Words<Choice>()
            if let value = words.choice(text) {
                return names.contains(value.rawValue) ? .value(value) : .wrong(hint: refusal(value))
            }
            return .wrong(hint: words.nearest(to: text, among: names).map(Phrase.didYouMean))
        }
    }

    // MARK: Numbers

    /// A whole number; without a default it is required.
    ///
    /// After an error it is the default, or else the allowed number that is nearest to 0.
    public func integer(
        _ key: String,
        in range: ClosedRange<Int> = .min ... .max,
        default fallback: Int? = nil,
        _ help: Phrase
    ) -> Int {
        integer(key, range, fallback, isRequired: fallback == nil, help)
            ?? max(range.lowerBound, min(0, range.upperBound))
    }

    /// A whole number that may be left out; `nil` when it is.
    public func optionalInteger(_ key: String, in range: ClosedRange<Int> = .min ... .max, _ help: Phrase) -> Int? {
        integer(key, range, nil, isRequired: false, help)
    }

    /// One whole number or a list of them; `nil` when it is left out.
    public func optionalIntegers(_ key: String, _ help: Phrase) -> [Int]? {
        let setting = Setting(
            key,
            kind: "integer or list of integers",
            expected: "an integer or list of integers",
            defaultText: nil,
            isRequired: false,
            help: help
        )
        return read(setting, fallback: nil) { node in
            if case .integer(let value) = node.value { return Int(exactly: value).map { .value([$0]) } ?? .wrong }
            guard case .array(let elements) = node.value else { return .wrong }
            let numbers = elements.compactMap { element -> Int? in
                if case .integer(let value) = element.value { Int(exactly: value) } else { nil }
            }
            return numbers.count == elements.count ? .value(numbers) : .wrong
        }
    }

    private func integer(
        _ key: String,
        _ range: ClosedRange<Int>,
        _ fallback: Int?,
        isRequired: Bool,
        _ help: Phrase
    ) -> Int? {
        let setting = Setting(
            key,
            kind: "integer",
            expected: "an integer",
            range: RangeText(range, least: .min, most: .max) { "\($0)" },
            defaultText: fallback.map { "\($0)" },
            isRequired: isRequired,
            help: help
        )
        return read(setting, fallback: fallback) { node in
            switch node.value {
            case .integer(let value):
                if let value = Int(exactly: value), range.contains(value) { .value(value) } else { .wrong }
            case .string(let text):
                // GPIO24 is what a board has printed beside the pin.
                .wrong(hint: Int(text.replacing("GPIO", with: "")).map { "write \($0) without quotes" })
            default: .wrong
            }
        }
    }

    /// A number, whole or not, never infinite; without a default it is required.
    public func number(
        _ key: String,
        in range: ClosedRange<Double> = -Double.infinity...Double.infinity,
        default fallback: Double? = nil,
        _ help: Phrase
    ) -> Double {
        number(key, range, fallback, isRequired: fallback == nil, help)
            ?? max(range.lowerBound, min(0, range.upperBound))
    }

    /// A number that may be left out; `nil` when it is.
    public func optionalNumber(
        _ key: String,
        in range: ClosedRange<Double> = -Double.infinity...Double.infinity,
        _ help: Phrase
    ) -> Double? {
        number(key, range, nil, isRequired: false, help)
    }

    private func number(
        _ key: String,
        _ range: ClosedRange<Double>,
        _ fallback: Double?,
        isRequired: Bool,
        _ help: Phrase
    ) -> Double? {
        let setting = Setting(
            key,
            kind: "number",
            expected: "a number",
            range: RangeText(range, least: -.infinity, most: .infinity, numberText),
            defaultText: fallback.map(numberText),
            isRequired: isRequired,
            help: help
        )
        return read(setting, fallback: fallback) { node in
            switch node.value {
            case .integer(let value) where range.contains(Double(value)): .value(Double(value))
            case .number(let value) where value.isFinite && range.contains(value): .value(value)
            case .string(let text):
                // A decimal comma stands in quotes where somebody has tried to make it pass.
                .wrong(hint: Self.number(in: text).map { "write \($0) without quotes" })
            default: .wrong
            }
        }
    }

    /// A number that stands in a text, with a decimal point; `nil` when there is none.
    private static func number(in text: String) -> String? {
        let number = text.replacing(",", with: ".")
        return Double(number) == nil ? nil : number
    }

    /// `true` or `false`, without quotes; without a default it is required.
    public func boolean(_ key: String, default fallback: Bool? = nil, _ help: Phrase) -> Bool {
        let setting = Setting(
            key,
            kind: "true or false",
            expected: "true or false",
            defaultText: fallback.map { "\($0)" },
            isRequired: fallback == nil,
            help: help
        )
        let value: Bool? = read(setting, fallback: fallback) { node in
            switch node.value {
            case .boolean(let value): .value(value)
            case .string("true"), .string("yes"), .string("on"): .wrong(hint: "write true without quotes")
            case .string("false"), .string("no"), .string("off"): .wrong(hint: "write false without quotes")
            case .integer(1): .wrong(hint: "write true")
            case .integer(0): .wrong(hint: "write false")
            default: .wrong
            }
        }
        return value ?? false
    }
}
