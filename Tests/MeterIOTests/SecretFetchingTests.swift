import Glibc
import MeterCore
import MeterIO
import Testing

/// Secrets that are read beside the event loop.
@Suite(.timeLimit(.minutes(2))) struct SecretFetchingTests {
    /// Fetches the secret of a file so many times at once.
    private func fetch(_ path: String, _ count: Int) async -> [Result<String, SecretError>] {
        await withTaskGroup(of: Result<String, SecretError>.self) { group in
            for _ in 0..<count {
                group.addTask {
                    do throws(SecretError) {
                        return .success(try await Secret(file: path).fetch())
                    } catch {
                        return .failure(error)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    @Test("all who want one secret at once get it, as many devices with one password that are asked together")
    func atOnce() async throws {
        var path = Array("/tmp/boxenergie-secret-XXXXXX".utf8CString)
        let descriptor = mkstemp(&path)
        let name = try #require(String(validating: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
        defer { unlink(name) }
        // As long as may be, so that many are under way at once.
        let word = String(repeating: "w", count: 65_000)
        #expect(write(descriptor, word, 65_000) == 65_000)
        close(descriptor)
        let found = await fetch(name, 200)
        #expect(found.count == 200 && found.allSatisfy { $0 == .success(word) })
    }
}
