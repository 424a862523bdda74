/// What a history may keep of the box besides the points themselves.
public struct HistoryContext: Sendable {
    /// The identity of the box, such as `k7f39-x2m4t`.
    public var box: String
    /// The tag `site` of the house's points; empty without one.
    public var site: String
    /// The names of the tags that every point has, `site` among them: they tell no two meters of the box apart.
    public var common: Set<String>
    /// The time zone by which the house's days begin, such as `Europe/Paris`.
    public var zone: String

    public init(box: String, site: String, common: Set<String>, zone: String) {
        (self.box, self.site, self.common, self.zone) = (box, site, common, zone)
    }
}
