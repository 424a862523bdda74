import Foundation
import FoundationNetworking
import MeterCore
import Testing

/// The decode cases of InfluxData's conformance corpus, read where it is, never copied: what push, exec, MQTT and `write`
/// read as line protocol.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct DecodeCorpusTests {
    private struct Case: Decodable {
        struct Input: Decodable {
            var text: Bytes
            var defaultTime: Int64
            var precision: String
        }
        struct Output: Decodable {
            var result: [Metric]?
            var error: String?
        }
        var input: Input
        var output: Output
    }

    /// A text, or bytes in base 64.
    private struct Bytes: Decodable {
        var bytes: [UInt8]
        private enum Key: String, CodingKey { case binary }
        init(from decoder: any Decoder) throws {
            if let text = try? decoder.singleValueContainer().decode(String.self) {
                bytes = Array(text.utf8)
            } else {
                bytes = Array(try decoder.container(keyedBy: Key.self).decode(Data.self, forKey: .binary))
            }
        }
    }

    private struct Metric: Decodable {
        struct Tag: Decodable { var key: String, value: String }
        struct Field: Decodable { var key: String, value: [String: Value] }
        enum Value: Decodable {
            case number(Double), integer(Int64), flag(Bool), text(String)
            init(from decoder: any Decoder) throws {
                let cell = try decoder.singleValueContainer()
                if let flag = try? cell.decode(Bool.self) {
                    self = .flag(flag)
                } else if let integer = try? cell.decode(Int64.self) {
                    self = .integer(integer)
                } else if let number = try? cell.decode(Double.self) {
                    self = .number(number)
                } else {
                    self = .text(try cell.decode(String.self))
                }
            }
        }
        var time: Int64
        var name: String
        var tags: [Tag]?
        var fields: [Field]?

        /// In words that `words(of:)` gives of ours.
        var words: String {
            let tags = (tags ?? []).map { "\($0.key)=\($0.value)" }.sorted()
            let fields = (fields ?? []).map { field -> String in
                guard let (kind, value) = field.value.first else { return "?" }
                let text =
                    switch value {
                    case .number(let number): "\(number)"
                    case .integer(let number): kind == "float" ? "\(Double(number))" : "\(number)"
                    case .flag(let flag): "\(flag)"
                    case .text(let text): text
                    }
                return "\(field.key)=\(kind) \(text)"
            }
            return ([name] + tags + fields + ["\(time)"]).joined(separator: " | ")
        }
    }

    private static let folder =
        ProcessInfo.processInfo.environment["SHARED_CORPORA"] ?? Installation.root + "/../shared/corpora"
    private static let file = folder + "/line-protocol/corpus.json"

    /// What our reader makes of a text, cut into lines as `push` does; `nil` when it refuses one.
    private func ours(_ input: Case.Input) -> [String]? {
        let precision = precision(input)
        var words: [String] = []
        for line in input.text.bytes.split(separator: UInt8(ascii: "\n")) {
            let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            let first = line.first { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
            guard let first, first != UInt8(ascii: "#") else { continue }
            guard let parsed = try? LineProtocolReader.parse(line, precision: precision) else { return nil }
            words.append(self.words(of: parsed, input.defaultTime / precision.nanoseconds * precision.nanoseconds))
        }
        return words
    }

    private func precision(_ input: Case.Input) -> Precision {
        Precision.allCases.first { "1\($0.rawValue)" == input.precision.replacing("µ", with: "u") } ?? .nanoseconds
    }

    private func words(of line: ParsedLine, _ defaultTime: Int64) -> String {
        let tags = line.tags.map { "\($0.0)=\($0.1)" }.sorted()
        let fields = line.fields.map { name, value in
            switch value {
            case .integer(let number): "\(name)=int \(number)"
            // Zero has two signs, and the corpus writes one.
            case .float(let number): "\(name)=float \(number == 0 ? 0 : number)"
            case .boolean(let flag): "\(name)=bool \(flag)"
            case .string(let text): "\(name)=string \(text)"
            }
        }
        let time = line.time?.nanoseconds ?? defaultTime
        return ([line.measurement] + tags + fields + ["\(time)"]).joined(separator: " | ")
    }

    /// Why InfluxDB 1.x, and so we, read something otherwise than the specification.
    private enum Reason: String, CaseIterable {
        case control = "1.x takes control characters in names and comments"
        case text = "1.x takes texts that are not UTF-8, and we repair them"
        case unsigned = "1.x has no whole numbers without a sign"
        case escape = "1.x knows no escapes in texts but those of quotation mark and backslash"
        case lineFeed = "1.x takes line feeds in texts; we do not, since spool and log are read line by line"

        init?(_ sample: Case, _ ours: [String]?, _ words: [String]?) {
            let bytes = sample.input.text.bytes
            switch (ours, words) {
            case (.some, nil): self = String(validating: bytes, as: UTF8.self) == nil ? .text : .control
            case (nil, let words?) where words.contains { $0.contains("=uint ") }: self = .unsigned
            case (nil, let words?) where words.contains { $0.contains("\n") }: self = .lineFeed
            case (.some, .some) where bytes.contains(UInt8(ascii: "\\")): self = .escape
            default: return nil
            }
            let isControl = bytes.contains { $0 < 0x20 && $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
            if self == .control, !isControl { return nil }
        }
    }

    @Test(
        "every decode case agrees, but where InfluxDB 1.x differs itself",
        .enabled(if: FileManager.default.fileExists(atPath: file), "the corpus is not on this machine")
    )
    func decode() async throws {
        struct Corpus: Decodable { var decode: [String: Case] }
        let data = try Data(contentsOf: URL(fileURLWithPath: Self.file))
        let cases = try JSONDecoder().decode(Corpus.self, from: data).decode
        #expect(cases.count == 6615)
        let server = try Installation().influxd()
        let url = server.line()
        var counts: [Reason: Int] = [:]
        var agreements = 0
        for (number, (key, sample)) in cases.sorted(by: { $0.key < $1.key }).enumerated() {
            let found = ours(sample.input)
            let expected = sample.output.result?.map(\.words)
            guard found != expected else {
                agreements += 1
                continue
            }
            let reason = try #require(
                Reason(sample, found, expected),
                "\(key): \(found ?? ["refused"]) is not \(expected ?? ["refused"])"
            )
            counts[reason, default: 0] += 1
            // A carriage return before the line feed is the end of a line for us, as for the specification.
            let bytes = sample.input.text.bytes.filter { $0 != UInt8(ascii: "\r") }
            let isTaken = try await write(bytes, to: url, database: "d\(number)")
            #expect(isTaken == (reason == .lineFeed || found != nil), "\(key): \(reason.rawValue)")
        }
        let differences = Reason.allCases.map { "\(counts[$0] ?? 0) (\($0.rawValue))" }.joined(separator: ", ")
        print("line protocol: \(agreements) of \(cases.count) decode cases agree; differences: \(differences)")
        #expect(counts == [.control: 44, .text: 1, .unsigned: 16, .escape: 3, .lineFeed: 5])
    }

    /// Whether a real InfluxDB takes lines, in a database of their own.
    private func write(_ lines: [UInt8], to url: String, database: String) async throws -> Bool {
        for (path, body) in [("query?q=CREATE%20DATABASE%20\(database)", []), ("write?db=\(database)", lines)] {
            var request = URLRequest(url: try #require(URL(string: "\(url)/\(path)")))
            request.httpMethod = "POST"
            request.httpBody = Data(body)
            let (_, response) = try await URLSession.shared.data(for: request)
            let status = (response as? HTTPURLResponse)?.statusCode ?? 0
            if path.hasPrefix("write") { return status == 204 }
        }
        return false
    }
}
