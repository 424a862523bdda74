import MeterCore
import MeterNotation

// For servers with tables in place of InfluxDB's policies.
extension Provision {
    /// Makes the tables of an output, compares, or prints what makes them.
    ///
    /// - Throws: a `CommandError` with code 78 for a password that cannot be read, with code 64 for options that are for
    ///   InfluxDB only, with code 69 for a server that does not answer or refuses, with code 1 for a difference.
    func run(_ tables: any ProvisionedOutput, _ context: HistoryContext) async throws {
        guard !shorten, !rebuild, !createAdmin else {
            throw CommandError(
                "\(output) is no InfluxDB: --shorten, --rebuild and --create-admin are not for it",
                exitCode: 64
            )
        }
        let administrator: OutputUser?
        let users: [OutputUser]
        do {
            if let file = tables.passwordFile { _ = try password(Secret(file: file)) }
            users = try [tables.writer] + readers().map { OutputUser($0.name, password: $0.password, mayWrite: false) }
            administrator = try admin.map { admin in
                OutputUser(
                    admin,
                    password: try adminPasswordFile.map { try password(Secret(file: $0)) },
                    mayWrite: true
                )
            }
        } catch let error as SecretError {
            throw CommandError("\(error)", exitCode: 78)
        }
        guard !dryRun else { return print(tables.script(users, context)) }
        do {
            guard check else {
                for sentence in try await tables.provision(users, context, by: administrator) { print(sentence) }
                return
            }
            let things = try await tables.look(users, context, by: administrator)
            for thing in things where !thing.isRight { print(said("differs  \(thing.sentence)")) }
            let wrong = things.count { !$0.isRight }
            guard wrong == 0 else {
                throw CommandError("\(wrong) of \(things.count) things are not as they should be")
            }
            print(said("all \(things.count) things are as they should be"))
        } catch let error as CommandError {
            throw error
        } catch {
            throw CommandError("\(error)", exitCode: 69)
        }
    }
}
