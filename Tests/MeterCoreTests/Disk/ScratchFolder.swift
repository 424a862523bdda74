import Glibc
import MeterCore

/// A folder of its own for one test, removed with what is in it.
final class ScratchFolder: Sendable {
    let path = "/tmp/boxenergie-disk-\(getpid())-\(UInt64.random(in: 0 ... .max))"

    init() throws { try Folder(path).make() }

    deinit {
        for name in (try? Folder(path).names()) ?? [] where unlink("\(path)/\(name)") != 0 {
            rmdir("\(path)/\(name)")
        }
        rmdir(path)
    }

    /// The path of a file in it.
    func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

    func write(_ text: String, _ name: String) throws {
        try OpenFile(self(name), [.writing, .replacing]).write([UInt8](text.utf8))
    }

    func text(_ name: String) throws -> String {
        String(decoding: try OpenFile(self(name), .reading).readAll(), as: UTF8.self)
    }
}
