/// The answer to a query as JSON: results in the order of the statements, or one error for all.
struct InfluxAnswer: Decodable {
    var results: [InfluxResult]?
    var error: String?
}

/// The result of one InfluxQL statement.
public struct InfluxResult: Decodable, Sendable {
    /// A table of values: one series, or the list that a `SHOW` statement gives.
    public struct Table: Decodable, Sendable {
        /// The measurement; `nil` in lists that belong to none.
        public var name: String?
        /// The tags that were grouped by, by name; `nil` without any.
        public var tags: [String: String]?
        /// The names of the columns, `time` first in the answer to a SELECT.
        public var columns: [String]
        /// The rows, each with a cell for every column; `nil` when there is none.
        public var values: [[InfluxValue]]?

        /// The rows, by column; of two columns with one name the first counts.
        public var rows: [[String: InfluxValue]] {
            (values ?? []).map { Dictionary(zip(columns, $0)) { first, _ in first } }
        }
    }

    /// The tables, one a series; `nil` when nothing was found.
    public var series: [Table]?
    /// The reason why the statement failed, in the server's words.
    var error: String?

    /// The rows of all tables, by column; of two columns with one name the first counts.
    public var rows: [[String: InfluxValue]] { (series ?? []).flatMap(\.rows) }
}

/// One cell of an answer, by its type in JSON.
public enum InfluxValue: Decodable, Sendable, Hashable, CustomStringConvertible {
    case null
    /// A number without a fraction; times as seconds since 1970 are among them.
    case integer(Int64)
    case float(Double)
    case boolean(Bool)
    case string(String)

    /// Reads a cell; a float that happens to be whole becomes an integer, since JSON does not tell them apart.
    public init(from decoder: any Decoder) throws {
        let cell = try decoder.singleValueContainer()
        if cell.decodeNil() {
            self = .null
        } else if let value = try? cell.decode(Bool.self) {
            self = .boolean(value)
        } else if let value = try? cell.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? cell.decode(Double.self) {
            self = .float(value)
        } else {
            self = .string(try cell.decode(String.self))
        }
    }

    /// The value as a number; `nil` for all others.
    public var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .float(let value): value
        case .null, .boolean, .string: nil
        }
    }

    /// The value for a person; a dash where there is none.
    public var description: String {
        switch self {
        case .null: "—"
        case .integer(let value): "\(value)"
        case .float(let value): "\(value)"
        case .boolean(let value): "\(value)"
        case .string(let value): value
        }
    }
}
