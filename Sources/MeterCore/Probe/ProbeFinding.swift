public import MeterNotation

/// A meter that was found, and the block of the configuration that reads it.
public struct ProbeFinding: Sendable, Hashable {
    /// A setting, as TOML has it.
    public struct Line: Sendable, Hashable {
        /// The name of the setting, for example `unit`.
        public var key: String
        /// The value as it stands in the file, with its quotes.
        public var value: String
        /// A comment at the end of the line.
        public var remark: Phrase?

        public init(key: String, value: String, remark: Phrase? = nil) {
            self.key = key
            self.value = value
            self.remark = remark
        }

        /// A setting whose value is a text; quotes and backslashes in it are escaped.
        public static func text(_ key: String, _ text: String, _ remark: Phrase? = nil) -> Line {
            Line(key: key, value: tomlText(text), remark: remark)
        }

        /// A setting whose value is a whole number.
        public static func number(_ key: String, _ number: Int, _ remark: Phrase? = nil) -> Line {
            Line(key: key, value: "\(number)", remark: remark)
        }
    }

    /// The meter in words, for a person.
    public var title: String
    /// The mark that tells it from all others of its place, such as `modbus 7`; it begins with the type of its source.
    public var key: String
    /// A name for its source.
    public var name: String
    /// The identity that it told, by which it is the same under another number; `nil` when that is too little.
    public var identity: String?
    /// Sentences that a person should know before it is used.
    public var remarks: [Phrase] = []
    /// The settings of its source, without `type`.
    public var lines: [Line]
    /// Tables below the source's, such as `registers`.
    public var tables: [String: [Line]] = [:]

    /// Makes a finding; control characters in the title are dropped.
    public init(_ title: Phrase, key: String, name: String, _ lines: [Line]) {
        self.title = Self.plain(said(title))
        self.key = key
        self.name = name
        self.lines = lines
    }

    /// The kind of source that reads it.
    var type: Substring { key.prefix { $0 != " " } }

    /// The block, with a name that no other source has.
    public func block(named name: String) -> String {
        let settings = [Line.text("type", String(type))] + lines
        var text = ([title] + remarks.map(said)).map { "# \(Self.plain($0))\n" }.joined() + "[source.\(name)]\n"
        text += Self.text(settings)
        for (table, lines) in tables.sorted(by: { $0.key < $1.key }) {
            text += "\n[source.\(name).\(table)]\n" + Self.text(lines)
        }
        return text
    }

    private static func text(_ lines: [Line]) -> String {
        let width = lines.map { $0.key.count + $0.value.count }.max() ?? 0
        return lines.map { line in
            guard let remark = line.remark else { return "\(line.key) = \(line.value)\n" }
            let blanks = String(repeating: " ", count: width - line.key.count - line.value.count + 2)
            return "\(line.key) = \(line.value)\(blanks)# \(plain(said(remark)))\n"
        }.joined()
    }

    /// The text without control characters: devices may send any, and a remark ends with its line.
    private static func plain(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.properties.generalCategory != .control }))
    }
}
