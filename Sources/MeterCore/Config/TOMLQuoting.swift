/// A text between quotes as TOML has it on one line, whatever is in it; control characters are left out.
public func tomlText(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { scalar -> String in
        switch scalar {
        case "\"", "\\": "\\\(scalar)"
        case _ where scalar.properties.generalCategory == .control: ""
        default: "\(scalar)"
        }
    }
    return "\"\(escaped.joined())\""
}
