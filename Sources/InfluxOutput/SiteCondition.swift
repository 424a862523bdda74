import MeterCore

/// Whose points an answer has.
extension InfluxClient {
    /// The condition of an InfluxQL statement that only the points of one site meet, and of one box where they name it.
    ///
    /// - Parameters:
    ///   - site: the tag `site`; `nil` for the points of any site.
    ///   - more: what must be so besides.
    /// - Returns: all of it with AND in between; empty where there is nothing.
    public func condition(ofSite site: String?, _ more: [String] = []) -> String {
        let tags = [("site", site), (Series.boxTag, settings.box)].compactMap { name, value in
            value.map { "\(quotedIdentifier(name)) = \(quotedString($0))" }
        }
        return (tags + more).joined(separator: " AND ")
    }
}
