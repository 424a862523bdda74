import MeterNotation

/// A place in a text file: line and column, both from 1.
///
/// A column counts Unicode scalars, as most editors show it, not bytes; a tab is one. A byte order mark is none.
public struct SourcePosition: Hashable, Comparable, Sendable {
    /// The line, from 1.
    public var line: Int
    /// The column in Unicode scalars, from 1.
    public var column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// The first character of a file.
    public static let start = SourcePosition(line: 1, column: 1)

    public static func < (a: SourcePosition, b: SourcePosition) -> Bool {
        (a.line, a.column) < (b.line, b.column)
    }
}

/// One finding about the configuration, at its place in the file.
public struct Diagnostic: Hashable, Sendable, CustomStringConvertible {
    /// The weight of a finding.
    public enum Severity: Hashable, Sendable {
        /// The configuration cannot be used.
        case error
        /// It can, but somebody should look.
        case warning
    }

    /// The weight: only errors keep the program from starting.
    public var severity: Severity
    /// The file, as the person named it.
    public var file: String
    /// The place in the file.
    public var position: SourcePosition
    /// A sentence without a full stop, often after the setting's name: `source.linky.every: missing`.
    public var message: String

    public init(_ message: String, severity: Severity = .error, file: String, at position: SourcePosition) {
        self.severity = severity
        self.file = file
        self.position = position
        self.message = message
    }

    public var line: Int { position.line }
    public var column: Int { position.column }

    /// The form compilers use, which editors can follow: `file:line:column: message`.
    public var description: String {
        "\(file):\(line):\(column): \(severity == .warning ? said("warning: ") : "")\(message)"
    }
}
