struct InfluxAnswer: Decodable {
    var results: [InfluxResult]?
    var error: String?
}

/// What one InfluxQL statement gave.
public struct InfluxResult: Decodable, Sendable {
    /// A table of values.
    public struct Table: Decodable, Sendable {
        public var name: String?
        public var tags: [String: String]?
        public var columns: [String]
        public var values: [[InfluxValue]]?
    }

    public var series: [Table]?
    var error: String?

    /// The rows of all tables, by column.
    public var rows: [[String: InfluxValue]] {
        (series ?? []).flatMap { table in
            (table.values ?? []).map { Dictionary(zip(table.columns, $0)) { first, _ in first } }
        }
    }
}

/// One cell of an answer.
public enum InfluxValue: Decodable, Sendable, Hashable, CustomStringConvertible {
    case null
    case integer(Int64)
    case float(Double)
    case boolean(Bool)
    case string(String)

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
