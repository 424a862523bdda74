/// One thing of the schema: how it is on the server, and what would make it right.
public struct SchemaItem: Sendable {
    /// How a thing is.
    public enum State: Sendable, Hashable {
        case asItShould
        case missing
        /// How it is instead, as a sentence.
        case different(String)
    }

    public var subject: String
    public var state: State
    /// InfluxQL that makes it right, without a password in it: for people.
    var statements: [String] = []
    /// Passwords stand in these, so nobody may print them.
    var secretStatements: [String] = []
    /// What a person has to do when no statement may or can.
    public var advice: String?

    /// Whether `provision` itself can make it right.
    public var canBeMended: Bool { !statements.isEmpty || !secretStatements.isEmpty }
}
