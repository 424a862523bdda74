/// The lines of a batch that a server refuses for ever, as far as its words tell which they are.
public enum Refusal: Sendable, Equatable {
    /// Every line.
    case all
    /// Those with a field of a type that the database does not have it in: `float`, `integer`, `string` or `boolean`.
    case field(String, of: String, type: String)
    /// Those older than the policy keeps readings.
    case old
    /// Those of these texts.
    case texts(Set<String>)
    /// Some of them: sending parts shows which.
    case some
}
