/// Lines for one database and one retention policy: exactly one request, exactly one spool record.
public struct Batch: Sendable, Hashable {
    /// The database's name.
    public var database: String
    /// The policy that all lines are for: InfluxDB takes one a request.
    public var policy: RetentionPolicy
    /// The unit of the lines' timestamps.
    public var precision: Precision
    /// Whole lines of line protocol, each with its line feed.
    public var lines: [UInt8]
    /// The number of lines.
    public var points: Int

    public init(database: String, policy: RetentionPolicy, precision: Precision, lines: [UInt8], points: Int) {
        self.database = database
        self.policy = policy
        self.precision = precision
        self.lines = lines
        self.points = points
    }

    /// The time of the first line, when it has one.
    public var firstTime: Timestamp? { time(of: lines.prefix { $0 != UInt8(ascii: "\n") }) }

    /// The time of the last line, when it has one.
    public var lastTime: Timestamp? { time(of: tail(of: lines.dropLast(), after: UInt8(ascii: "\n"))) }

    func time(of line: ArraySlice<UInt8>) -> Timestamp? {
        guard let number = Int64(String(decoding: tail(of: line, after: UInt8(ascii: " ")), as: UTF8.self)) else {
            return nil
        }
        let (nanoseconds, overflow) = number.multipliedReportingOverflow(by: precision.nanoseconds)
        return overflow ? nil : Timestamp(nanoseconds: nanoseconds)
    }

    private func tail(of bytes: ArraySlice<UInt8>, after separator: UInt8) -> ArraySlice<UInt8> {
        bytes.lastIndex(of: separator).map { bytes[($0 + 1)...] } ?? bytes
    }

    /// These lines, then those of another batch for the same database and policy.
    func followed(by other: Batch) -> Batch {
        var both = self
        both.lines += other.lines
        both.points += other.points
        return both
    }

    /// The database, policy and precision of one request.
    public struct Destination: Sendable, Hashable {
        var database: String
        var policy: RetentionPolicy
        var precision: Precision
    }

    /// The request that these lines can be sent with.
    public var destination: Destination { Destination(database: database, policy: policy, precision: precision) }

    /// The first and the second half of the lines, or `nil` for a single line.
    public var halves: (Batch, Batch)? {
        guard points > 1 else { return nil }
        let wanted = points / 2
        var seen = 0
        guard
            let cut = lines.firstIndex(where: { byte in
                if byte == UInt8(ascii: "\n") { seen += 1 }
                return seen == wanted
            })
        else { return nil }
        var first = self
        var second = self
        first.lines = [UInt8](lines[...cut])
        first.points = wanted
        second.lines = [UInt8](lines[(cut + 1)...])
        second.points = points - wanted
        return (first, second)
    }
}
