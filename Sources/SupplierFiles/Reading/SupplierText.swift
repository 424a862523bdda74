import MeterDocuments
import MeterNotation

/// The text of a file: UTF-8 with or without its mark, else Windows-1252, as EDF and Excel write.
enum SupplierText {
    /// What Windows-1252 has in the place of the control characters 0x80 to 0x9F; the five that it lacks are spaces.
    private static let windows: [Unicode.Scalar] = [
        "€", " ", "‚", "ƒ", "„", "…", "†", "‡", "ˆ", "‰", "Š", "‹", "Œ", " ", "Ž", " ",
        " ", "‘", "’", "“", "”", "•", "–", "—", "˜", "™", "š", "›", "œ", " ", "ž", "Ÿ",
    ]

    /// The lines, without their ends.
    static func lines(_ bytes: [UInt8]) -> [Substring] {
        decoded(bytes).split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
    }

    private static func decoded(_ bytes: [UInt8]) -> String {
        let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        var text = String.UnicodeScalarView()
        for byte in bytes {
            text.append((0x80...0x9F).contains(byte) ? windows[Int(byte) - 0x80] : Unicode.Scalar(byte))
        }
        return String(text)
    }

    /// The cells of a line; a cell in quotes may hold the separator, and a quote as two.
    static func cells(_ line: Substring, _ separator: Character) -> [String] {
        guard line.utf8.contains(UInt8(ascii: "\"")) else {
            return line.split(separator: separator, omittingEmptySubsequences: false).map { String($0).trimmed }
        }
        let delimiter = CSVTable.Delimiter(rawValue: separator == "\t" ? "tab" : String(separator)) ?? .semicolon
        return (CSVTable.cells(Array(line.utf8), delimiter: delimiter) ?? []).map(\.trimmed)
    }

    /// The separator that a line has most of: `;`, a tab, or `,`.
    static func separator(of line: Substring) -> Character {
        let counts = [";", "\t", ","].map { separator in
            (Character(separator), line.count { $0 == Character(separator) })
        }
        return counts.max { $0.1 < $1.1 }?.0 ?? ";"
    }

    /// A label without case and accents: `Étape métier` and `Etape metier` are one.
    static func plain(_ label: String) -> String {
        var text = ""
        for character in label.trimmed.lowercased() {
            switch character {
            case "é", "è", "ê", "ë": text.append("e")
            case "à", "â": text.append("a")
            case "î", "ï": text.append("i")
            case "ô": text.append("o")
            case "û", "ù": text.append("u")
            case "ç": text.append("c")
            case "’": text.append("'")
            default: text.append(character)
            }
        }
        return text
    }

    /// A number with a comma or a point before its decimals, and spaces between thousands, or with an exponent as Excel
    /// saves small ones; `nil` for a missing one
    /// (empty, `NA`, `null`, `-`) and for anything else.
    static func number(_ text: String) -> Double? {
        guard text.allSatisfy({ $0.isNumber || $0.isWhitespace || ",.+-eE".contains($0) }) else { return nil }
        return NumberText(text)?.double
    }

    /// True for a cell that says that there is no value.
    static func isMissing(_ text: String) -> Bool { ["", "na", "null", "-", "n/a"].contains(text.lowercased()) }
}
