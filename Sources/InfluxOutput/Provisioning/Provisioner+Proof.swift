import MeterCore
import MeterIO
import MeterNotation

extension Provisioner {
    /// The abilities of a user, found out by trying.
    public struct Proof: Sendable {
        /// The user's name.
        public var user: String
        /// True when the server took a write.
        public var mayWrite: Bool
        /// True when the server answered a query.
        public var mayRead: Bool
        /// The right that was granted.
        public var right: DatabaseUser.Right

        /// True when the user may do what was granted and nothing more.
        public var isRight: Bool {
            (mayRead, mayWrite) == (right != .write, right != .read)
        }

        /// A sentence such as `user writer may write and not read`.
        public var description: String {
            switch (mayRead, mayWrite) {
            case (true, true): said("user \(user) may read and write")
            case (true, false): said("user \(user) may read and not write")
            case (false, true): said("user \(user) may write and not read")
            case (false, false): said("user \(user) may do nothing")
            }
        }
    }

    /// The measurement of the points that prove the rights; removed in the end.
    private static let measurement = "provision_check"

    /// Tries as each user to write and to read.
    ///
    /// - Parameter withPoints: write a point and look for it, instead of a request without any; removed in the end.
    /// - Returns: nothing when the server asks for no password, since then everybody may do everything; nothing for
    ///   administrators.
    /// - Throws: `TransferError` when the server goes away, `InfluxError` when a point that was accepted cannot be found.
    public func proveRights(withPoints: Bool) async throws -> [Proof] {
        guard !users.isEmpty, try await serverAsksForPassword() else { return [] }
        let admins = try await client.query("SHOW USERS").flatMap(\.rows).filter { $0["admin"] == .boolean(true) }
        var proofs: [Proof] = []
        for user in users where !admins.contains(where: { $0["user"] == .string(user.name) }) {
            let client = InfluxClient(client.settings, user: user.name, password: user.password)
            let line = "\(Self.measurement) user=\(proofs.count)i\n"
            let mayWrite = try await isAllowed { try await client.write(withPoints ? line : "", to: database) }
            let mayRead = try await isAllowed {
                _ = try await client.query(
                    "SELECT last(\"user\") FROM \(quotedIdentifier(Self.measurement))",
                    database: database
                )
            }
            proofs.append(Proof(user: user.name, mayWrite: mayWrite, mayRead: mayRead, right: user.right))
            if withPoints, mayWrite { try await findPoint(proofs.count - 1, of: user.name) }
        }
        if withPoints, proofs.contains(where: \.mayWrite) {
            let name = quotedIdentifier(Self.measurement)
            _ = try await client.query("DROP MEASUREMENT \(name)", database: database)
        }
        return proofs
    }

    /// Looks as the administrator for the point that a user wrote.
    ///
    /// - Throws: `InfluxError` when it is not there, although the server accepted it.
    private func findPoint(_ number: Int, of user: String) async throws {
        let query = "SELECT last(\"user\") AS \"user\" FROM \(quotedIdentifier(Self.measurement))"
        let rows = try await client.query(query, database: database).flatMap(\.rows)
        guard rows.first?["user"] == .integer(Int64(number)) else {
            throw InfluxError(status: 204, "\(client.name) accepted a point of \(user), but it cannot be read back")
        }
    }

    /// False when the server answers that the user may not; other errors are thrown.
    private func isAllowed(_ work: () async throws -> Void) async throws -> Bool {
        do {
            try await work()
            return true
        } catch let error as InfluxError where error.status == 401 || error.status == 403 {
            return false
        }
    }
}
