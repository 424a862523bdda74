import Foundation
import MeterCore
import Testing

/// A file of the register that a box has written, as its text.
struct WrittenYear {
    /// The lines with their line feeds.
    let text: String
    /// The key by which it is checked.
    let key: String
    /// The digest of the record before the last one.
    let digest: String

    /// Writes a beginning and some quarters from 2026-11-29, 20:00 UTC, on: 100 Wh in each.
    init(quarters: Int, meters: [String] = ["linky"]) throws {
        let folder = NSTemporaryDirectory() + "boxenergie-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let start: Int64 = 1_795_982_400
        let owner = RegisterBook.Owner(box: "k7f39-x2m4t", machine: "pi")
        var (book, _) = try RegisterBook.open(folder, owner, at: start - 60)
        for quarter in 1...Int64(quarters) {
            let stands = meters.map {
                MeterStand(meter: $0, quantity: .import, wattHours: Double(quarter * 100), age: 3)
            }
            _ = try book.append(stands, at: start + quarter * 900, now: start + quarter * 900 + 20)
        }
        let files = RegisterFiles.all(in: folder)
        let all = try files.map { try String(contentsOfFile: $0, encoding: .utf8) }.joined()
        let lines = all.split(separator: "\n")
        text = lines.joined(separator: "\n") + "\n"
        key = "\(book.key)"
        digest = "\(try Digest(of: [UInt8](lines[lines.count - 2].utf8)))"
    }

    /// The text without its last lines.
    func without(last count: Int) -> String {
        text.split(separator: "\n").dropLast(count).map { $0 + "\n" }.joined()
    }
}
