import Foundation
import MeterCore

/// A register whose box got a backup back, went into another machine, and lost its key, each with some quarters behind it.
struct BrokenRegister {
    /// The records before the backup came back, each with its line feed: a beginning and seven quarters.
    let before: [String]
    /// The records that the box has at the end; it goes on from the fifth of those before.
    let after: [String]
    /// The key of the beginning, that of the other machine, and the one of the end.
    let keys: [String]

    /// The records as a database gives them: chain by chain.
    var all: [String] { before + after.dropFirst(5) }

    init() throws {
        let folder = NSTemporaryDirectory() + "boxenergie-\(UUID().uuidString)"
        defer { for path in [folder, folder + "-saved"] { try? FileManager.default.removeItem(atPath: path) } }
        var quarter: Int64 = 0
        var keys: [String] = []
        func add(_ count: Int, on machine: String = "pi", isRestored: Bool = false) throws {
            let start = 1_795_982_400 + quarter * 900
            let owner = RegisterBook.Owner(box: "k7f39-x2m4t", machine: machine, isRestored: isRestored)
            var (book, _) = try RegisterBook.open(folder, owner, at: start + 60)
            for _ in 0..<count {
                quarter += 1
                let end = 1_795_982_400 + quarter * 900
                let stand = MeterStand(meter: "linky", quantity: .import, wattHours: Double(quarter * 100), age: 3)
                _ = try book.append([stand], at: end, now: end + 20)
            }
            if keys.last != "\(book.key)" { keys.append("\(book.key)") }
        }
        func lines() throws -> [String] {
            try RegisterFiles.all(in: folder).flatMap { path in
                try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { $0 + "\n" }
            }
        }
        try add(4)
        try FileManager.default.copyItem(atPath: folder, toPath: folder + "-saved")
        try add(3)
        before = try lines()
        try FileManager.default.removeItem(atPath: folder)
        try FileManager.default.moveItem(atPath: folder + "-saved", toPath: folder)
        try add(3, isRestored: true)
        try add(2, on: "another pi")
        try FileManager.default.removeItem(atPath: folder + "/key")
        try add(2, on: "another pi")
        after = try lines()
        self.keys = keys
    }
}
