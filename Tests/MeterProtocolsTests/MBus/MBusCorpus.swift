import Foundation

/// The frames that libmbus's authors recorded and its own reading of them, read where they are, never copied.
enum MBusCorpus {
    static let folder =
        (ProcessInfo.processInfo.environment["SHARED_CORPORA"]
            ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
            + "/shared/corpora") + "/mbus"
    static var isThere: Bool { FileManager.default.fileExists(atPath: folder) }

    /// The names of the frames in a part of the corpus.
    static func names(_ part: String) -> [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(part)")) ?? []
        return files.filter { $0.hasSuffix(".hex") }.map { String($0.dropLast(4)) }.sorted()
    }

    static func bytes(_ part: String, _ name: String) throws -> [UInt8] {
        try String(contentsOfFile: "\(folder)/\(part)/\(name).hex", encoding: .utf8)
            .split { !$0.isHexDigit }.compactMap { UInt8($0, radix: 16) }
    }

    /// The text of the first element of a name, or the elements' texts.
    static func text(_ tag: String, in xml: String) -> String? { texts(tag, in: xml).first }

    static func texts(_ tag: String, in xml: String) -> [String] {
        xml.components(separatedBy: "<\(tag)").dropFirst().compactMap { part in
            guard let open = part.firstIndex(of: ">"), let close = part.range(of: "</\(tag)>") else { return nil }
            return part[part.index(after: open)..<close.lowerBound]
                .replacingOccurrences(of: "&amp;", with: "&").replacingOccurrences(of: "&gt;", with: ">")
                .replacingOccurrences(of: "&lt;", with: "<")
        }
    }

    static func xml(_ part: String, _ file: String) -> String? {
        FileManager.default.contents(atPath: "\(folder)/\(part)/\(file)").map { String(decoding: $0, as: UTF8.self) }
    }
}
