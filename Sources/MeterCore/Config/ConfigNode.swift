import MeterNotation

/// A value of the configuration file and the place where it begins.
///
/// A table that has a header begins at its bracket, one made by a dotted key at its name.
public struct ConfigNode: Sendable, Equatable {
    /// The value, which may hold other nodes.
    public var value: ConfigValue
    /// The place of its first character.
    public var position: SourcePosition

    public init(_ value: ConfigValue, at position: SourcePosition) {
        self.value = value
        self.position = position
    }
}

/// A value of TOML; tables keep the order of the file.
public enum ConfigValue: Sendable, Equatable {
    /// A table, whichever of TOML's three ways it was written in.
    case table([ConfigEntry])
    /// A list, or an array of tables.
    case array([ConfigNode])
    case string(String)
    /// A whole number of 64 bits, from decimal, hexadecimal, octal or binary digits.
    case integer(Int64)
    /// A float; TOML also knows `inf` and `nan`.
    case number(Double)
    case boolean(Bool)
    /// A date, a time or both, in RFC 3339's form.
    case dateTime(String)
}

/// A key of a table with its value.
public struct ConfigEntry: Sendable, Equatable {
    /// The key without its quotes.
    public var key: String
    /// The place of the key's first character.
    public var keyPosition: SourcePosition
    /// The value.
    public var node: ConfigNode

    public init(key: String, at keyPosition: SourcePosition, node: ConfigNode) {
        self.key = key
        self.keyPosition = keyPosition
        self.node = node
    }
}

extension ConfigValue {
    /// True for a table.
    var isTable: Bool { if case .table = self { true } else { false } }

    /// The value without its place in the file: the same text for the same settings.
    var fingerprint: String {
        switch self {
        case .table(let entries):
            let settings = entries.map { "\(quoted($0.key))=\($0.node.value.fingerprint)" }
            return "{" + settings.sorted().joined(separator: " ") + "}"
        case .array(let nodes): return "[" + nodes.map(\.value.fingerprint).joined(separator: " ") + "]"
        default: return "\(self)"
        }
    }

    /// The value as a sentence names it: `the integer 10`, `the text "up"`, `a list`.
    var inWords: String {
        switch self {
        case .table: said("a table")
        case .array: said("a list")
        case .string(let text): said("the text \(quoted(text))")
        case .integer(let value): said("the integer \(value)")
        case .number(let value): said("the number \(value)")
        case .boolean(let value): "\(value)"
        case .dateTime(let text): said("the date \(text)")
        }
    }
}

/// The text in plain quotes, on one line and not too long for a message.
func quoted(_ text: String) -> String {
    var result = "\""
    for (index, scalar) in text.unicodeScalars.enumerated() {
        if index == 60 {
            result += "..."
            break
        }
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case "\n": result += "\\n"
        case "\t": result += "\\t"
        case _ where scalar.value < 0x20 || scalar.value == 0x7f: result += "\\u{\(String(scalar.value, radix: 16))}"
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result + "\""
}

/// A key as the file writes it: quoted unless it is bare.
func keyText(_ key: String) -> String {
    isBareWord(key) ? key : quoted(key)
}
