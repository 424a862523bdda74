import MeterCore
import MeterNotation

/// The users of the boxes of a fleet: each may write into its database, and nothing else.
public struct BoxUsers: Sendable {
    /// Tells the users of boxes from others, such as Grafana's.
    private static let prefix = "box-"

    private let administrator: InfluxClient

    /// Makes the users of a server; the client speaks as its administrator.
    public init(_ administrator: InfluxClient) { self.administrator = administrator }

    /// The most letters of a name.
    public static let longestName = 40

    /// True for what a centre may call a box.
    public static func isName(_ text: String) -> Bool { isSlug(text) && text.utf8.count <= longestName }

    /// The user of a box that the centre calls so.
    public static func user(of name: String) -> String { prefix + name }

    /// The names of all boxes that have a user, sorted.
    ///
    /// - Throws: as `InfluxClient.query(_:database:timeout:)`.
    public func names() async throws -> [String] {
        try await administrator.query("SHOW USERS").flatMap(\.rows).compactMap { row in
            guard let user = row["user"]?.description, user.hasPrefix(Self.prefix) else { return nil }
            return String(user.dropFirst(Self.prefix.count))
        }.sorted()
    }

    /// Makes the user of a box, or gives it another password, after which the one before is worth nothing.
    ///
    /// - Throws: as `InfluxClient.query(_:database:timeout:)`; `InfluxError` too when the user may do anything but write.
    public func add(_ name: String, password: String) async throws {
        let user = DatabaseUser(name: Self.user(of: name), password: password, right: .write)
        let provisioner = Provisioner(administrator, policies: [], users: [user])
        try await provisioner.run { _ in }
        for proof in try await provisioner.proveRights(withPoints: false) where !proof.isRight {
            throw InfluxError(status: 200, "\(proof.description), although \(proof.right.rawValue) was granted")
        }
    }

    /// Takes the user of a box away: from now on the server takes nothing from it.
    ///
    /// - Throws: as `InfluxClient.query(_:database:timeout:)`.
    public func remove(_ name: String) async throws {
        _ = try await administrator.query("DROP USER \(quotedIdentifier(Self.user(of: name)))")
    }
}
