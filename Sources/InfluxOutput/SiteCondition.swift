import MeterCore

/// The condition of an InfluxQL statement that only the points of one site meet.
///
/// - Parameters:
///   - site: the tag `site`; `nil` for the points of any site.
///   - more: what must be so besides.
/// - Returns: all of it with AND in between; empty where there is nothing.
public func condition(ofSite site: String?, _ more: [String] = []) -> String {
    ((site.map { ["\"site\" = \(quotedString($0))"] } ?? []) + more).joined(separator: " AND ")
}
