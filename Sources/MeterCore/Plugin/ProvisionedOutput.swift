/// An output whose tables `boxenergie provision` makes.
public protocol ProvisionedOutput: Sendable {
    /// The user that writes the readings, with its password.
    ///
    /// - Throws: `SecretError` when the password cannot be read.
    var writer: OutputUser { get throws }

    /// The file of that user's password; `nil` without.
    var passwordFile: String? { get }

    /// All that makes the tables and gives rights, for a person to read: dots stand in place of the passwords.
    func script(_ users: [OutputUser], _ context: HistoryContext) -> String

    /// Makes what is missing and changes what differs; loses nothing.
    ///
    /// - Parameters:
    ///   - users: with the rights that they must have.
    ///   - context: the box that will write.
    ///   - administrator: makes it; by default the user that writes.
    /// - Returns: a sentence for each thing that was done.
    /// - Throws: the server's words.
    func provision(
        _ users: [OutputUser],
        _ context: HistoryContext,
        by administrator: OutputUser?
    ) async throws -> [String]

    /// Looks at everything and changes nothing.
    ///
    /// - Parameters: those of `provision`.
    /// - Returns: a sentence for each thing, and whether it is as it should be.
    /// - Throws: the server's words.
    func look(
        _ users: [OutputUser],
        _ context: HistoryContext,
        by administrator: OutputUser?
    ) async throws -> [(sentence: String, isRight: Bool)]
}

/// A user of a server that readings are sent to.
public struct OutputUser: Sendable {
    /// The name.
    public var name: String
    /// The password; `nil` when none is asked for.
    public var password: String?
    /// True for one that may write, and nothing else; else it may read.
    public var mayWrite: Bool

    public init(_ name: String, password: String?, mayWrite: Bool) {
        (self.name, self.password, self.mayWrite) = (name, password, mayWrite)
    }
}
