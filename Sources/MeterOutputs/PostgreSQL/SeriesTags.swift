import MeterCore

/// The tags of a line, each in its place: what tells the series of a source apart is its part, and nothing else is.
struct SeriesTags {
    /// The tag `site`.
    let site: String
    /// The box: that of the line, or else the one that writes.
    let box: String
    /// The source; empty for what is of the whole house.
    let source: String
    /// The tags that tell the series of a source or of the house apart, as `register=HP,phase=1`.
    let part: String
    /// The tags that `[tags]` gives every point, in the same way.
    let common: String

    init(_ line: ParsedLine, policy: String, _ context: HistoryContext) {
        func tag(_ name: String) -> String? { line.tags.first { $0.0 == name }?.1 }
        site = tag("site") ?? ""
        box = tag("box") ?? context.box
        source = tag("source") ?? ""
        let kind = Kind(Measurement(line.measurement, in: RetentionPolicy(policy)))
        let isOfHouse = kind.map { !$0.tags.contains("source") } ?? false
        var (parts, common): ([String], [String]) = ([], [])
        for (name, value) in line.tags where !["site", "box", "source"].contains(name) {
            let text = "\(name)=\(value)".replacing("\\", with: "\\\\").replacing(",", with: "\\,")
            let isPart = kind.map { $0.tags.contains(name) } ?? false
            // A sum of the house has no others; one that is no longer in the configuration may still wait in the spool.
            if !isPart, isOfHouse || context.common.contains(name) { common.append(text) } else { parts.append(text) }
        }
        (part, self.common) = (parts.joined(separator: ","), common.joined(separator: ","))
    }
}
