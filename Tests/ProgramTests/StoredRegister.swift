import Foundation
import MeterCore

/// Records of a register as a box writes them into a database.
enum StoredRegister {
    /// The records as line protocol.
    ///
    /// - Parameters:
    ///   - records: the records.
    ///   - box: the tag of the box; none in its own database.
    /// - Returns: a line for each.
    static func points(_ records: [RegisterRecord], of box: String? = nil) -> String {
        records.map { record in
            let tags =
                (box.map { "box=\($0)," } ?? "") + "chain=\(record.chain),kind=\(record.kind.rawValue),site=maison"
            let line = String(decoding: record.line, as: UTF8.self)
            return "register,\(tags) n=\(record.number)i,line=\"\(line)\" \(record.time)\n"
        }.joined()
    }

    /// What a box has written into its folder, in its own order.
    static func records(in folder: String) throws -> [RegisterRecord] {
        try RegisterFiles.all(in: folder).flatMap { path in
            try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        }.compactMap { RegisterRecord([UInt8]($0.utf8)) }
    }

    /// Goes on for some quarters as a box does.
    static func add(_ quarters: [Int64], to folder: String, of box: String) throws {
        let owner = RegisterBook.Owner(box: box, machine: "pi")
        var (book, _) = try RegisterBook.open(folder, owner, at: (quarters.first ?? 0) - 60)
        for end in quarters {
            let stand = MeterStand(meter: "linky", quantity: .import, wattHours: Double(end % 1_000_000), age: 3)
            _ = try book.append([stand], at: end, now: end + 20)
        }
    }
}
