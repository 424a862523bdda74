import Glibc
import Synchronization

/// The number of queries that this program has asked each server, by its address.
enum OwnQueries {
    private static let counts = Mutex<[String: Int]>([:])

    /// Counts more of them, or fewer.
    static func note(_ more: Int, of url: String) { counts.withLock { $0[url, default: 0] += more } }

    /// The queries of others, by a server's statistics less those of this program; `nil` where it tells none.
    static func others(in statistics: [UInt8], of url: String) -> Int? {
        let name = "\"queryReq\":"
        let all: Int? = (statistics + [0]).withUnsafeBytes { bytes in
            guard let found = bytes.assumingMemoryBound(to: CChar.self).baseAddress.flatMap({ strstr($0, name) })
            else { return nil }
            return strtol(found + name.utf8.count, nil, 10)
        }
        return all.map { $0 - counts.withLock { $0[url] ?? 0 } }
    }
}
