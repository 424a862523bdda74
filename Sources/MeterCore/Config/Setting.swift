import MeterNotation

/// A setting about to be read: how it is declared, and the words for what it must hold.
struct Setting {
    /// The part that is shown as documentation.
    var declaration: SettingDeclaration
    /// True when the value must not be repeated in a message.
    var isSecret = false
    /// The words for a value of any size: `an integer`.
    private let thing: Phrase
    private let range: RangeText?
    private let example: String?

    init(
        _ key: String,
        kind: Phrase,
        expected: Phrase,
        range: RangeText? = nil,
        example: String? = nil,
        defaultText: String?,
        isRequired: Bool,
        help: Phrase
    ) {
        declaration = SettingDeclaration(
            key: key,
            kind: kind,
            range: range?.phrase,
            defaultText: defaultText,
            isRequired: isRequired,
            help: help
        )
        thing = expected
        (self.range, self.example) = (range, example)
    }

    /// As in "expected ...": `an integer from 0 to 63`.
    var expected: Phrase {
        let within: Phrase = range?.of(said(thing)) ?? thing
        return example.map { "\(within) such as \(quoted($0))" } ?? within
    }
}

/// The outcome of reading a value: the result, or the lack of one, with a hint if there is a good one.
enum Conversion<Value> {
    case value(Value)
    case wrong(hint: Phrase?)

    /// A value that is not as expected, without a hint.
    static var wrong: Conversion { .wrong(hint: nil) }

    /// The same with another kind of value.
    func map<Other>(_ change: (Value) -> Other) -> Conversion<Other> {
        switch self {
        case .value(let value): .value(change(value))
        case .wrong(let hint): .wrong(hint: hint)
        }
    }
}

extension ConfigSection {
    /// The value of a setting, or the fallback when it is missing or wrong.
    func read<Value>(_ setting: Setting, fallback: Value?, _ convert: (ConfigNode) -> Conversion<Value>) -> Value? {
        let key = setting.declaration.key
        declare(setting.declaration)
        guard let node = entry(key)?.node else {
            if setting.declaration.isRequired { tellMissing(setting) }
            return fallback
        }
        switch convert(node) {
        case .value(let value): return value
        case .wrong(let hint):
            if setting.isSecret {
                let hint: Phrase = hint.map { "; \($0)" } ?? ""
                tell("\(path(of: key)): expected \(setting.expected)\(hint)", at: node.position)
            } else {
                reportWrong(key, node, expected: setting.expected, hint: hint)
            }
            return fallback
        }
    }
}

/// A number as a person writes it: `1` rather than `1.0`.
func numberText(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
}
