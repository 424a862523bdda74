import Synchronization

/// The number of queries that this program has asked each server, by its address.
enum OwnQueries {
    private static let counts = Mutex<[String: Int]>([:])

    /// Counts one more.
    static func note(_ url: String) { counts.withLock { $0[url, default: 0] += 1 } }

    /// The number so far.
    static func count(of url: String) -> Int { counts.withLock { $0[url] ?? 0 } }
}
