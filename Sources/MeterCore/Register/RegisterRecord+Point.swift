extension RegisterRecord {
    /// The point that it is in a database: `day.register`, with the tags of every point.
    ///
    /// Of one chain no two records have one time and one kind, so that none takes the place of another.
    public func point(tags: [(String, String)]) -> Point {
        let series = Series(.register, tags: tags + [("chain", chain), ("kind", kind.rawValue)])
        var point = Point(
            series,
            at: Timestamp(seconds: time),
            row: [.n: .integer(Int64(number)), .line: .string(String(decoding: line, as: UTF8.self))]
        )
        // Its time is the record's: no clock of now has a part in it.
        point.isRecord = true
        return point
    }
}
