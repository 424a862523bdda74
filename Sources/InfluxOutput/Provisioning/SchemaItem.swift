/// One thing of the schema: how it is on the server, and what would make it right.
public struct SchemaItem: Sendable {
    /// The state of a thing on the server.
    public enum State: Sendable, Hashable {
        /// Nothing is to be done.
        case asItShould
        /// The server does not have it.
        case missing
        /// It is otherwise, which the text says as a sentence.
        case different(String)
    }

    /// The thing's name, such as `retention policy raw`.
    public var subject: String
    /// The state when it was looked at, before anything was changed.
    public var state: State
    /// InfluxQL that makes it right, without a password in it: for people.
    ///
    /// Empty when the thing is right, or left to a person.
    var statements: [String] = []
    /// Passwords stand in these, so nobody may print them.
    var secretStatements: [String] = []
    /// The work that is left to a person when no statement may or can do it; `nil` when there is none.
    public var advice: String?

    /// True when `provision` itself can make it right.
    public var canBeMended: Bool { !statements.isEmpty || !secretStatements.isEmpty }
}
