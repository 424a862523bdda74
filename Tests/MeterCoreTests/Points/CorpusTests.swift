import Foundation
import MeterCore
import Testing

/// The encode cases of InfluxData's conformance corpus, read where it is, never copied.
@Suite struct CorpusTests {
    private struct Case: Decodable {
        struct Input: Decodable {
            var point: CorpusPoint
            var precision: String
        }
        struct Output: Decodable {
            var result: String?
        }
        var input: Input
        var output: Output
    }

    private struct CorpusPoint: Decodable {
        struct Tag: Decodable { var key: String, value: String }
        struct Field: Decodable { var key: String, value: [String: Value] }
        enum Value: Decodable {
            case number(String), flag(Bool), text(String)
            init(from decoder: any Decoder) throws {
                let cell = try decoder.singleValueContainer()
                if let flag = try? cell.decode(Bool.self) {
                    self = .flag(flag)
                } else if let integer = try? cell.decode(Int64.self) {
                    self = .number("\(integer)")
                } else if let number = try? cell.decode(Double.self) {
                    self = .number("\(number)")
                } else {
                    self = .text(try cell.decode(String.self))
                }
            }
        }
        var time: Int64
        var name: String
        var tags: [Tag]?
        var fields: [Field]?
    }

    private static let folder =
        ProcessInfo.processInfo.environment["SHARED_CORPORA"]
        ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path + "/shared/corpora"
    private static let file = folder + "/line-protocol/corpus.json"

    private func ours(_ point: CorpusPoint) -> String? {
        let fields = (point.fields ?? []).compactMap { field -> (String, FieldValue)? in
            guard let (kind, value) = field.value.first else { return nil }
            switch (kind, value) {
            case ("int", .number(let text)): return Int64(text).map { (field.key, .integer($0)) }
            case ("float", .number(let text)), ("float", .text(let text)):
                return Double(text).map { (field.key, .float($0)) }
            case ("bool", .flag(let flag)): return (field.key, .boolean(flag))
            case ("string", .text(let text)): return (field.key, .string(text))
            case ("string", .number(let text)): return (field.key, .string(text))
            default: return nil
            }
        }
        var encoder = LineProtocolEncoder(precision: .nanoseconds)
        let series = Series(
            Measurement(point.name),
            tags: (point.tags ?? []).map { ($0.key, $0.value) },
            fields: fields.map(\.0)
        )
        let isStored = encoder.append(Point(series, at: Timestamp(nanoseconds: point.time), fields.map(\.1)))
        return isStored ? String(decoding: encoder.take().dropLast(), as: UTF8.self) : nil
    }

    /// A float may be written in several ways: `1e3`, `1000` and `1e+03` are one number to InfluxDB.
    private func isSame(_ ours: String, _ theirs: String) -> Bool {
        if ours == theirs { return true }
        let left = ours.split(separator: ",", omittingEmptySubsequences: false)
        let right = theirs.split(separator: ",", omittingEmptySubsequences: false)
        guard left.count == right.count else { return false }
        return zip(left, right).allSatisfy { left, right in
            if left == right { return true }
            // `key=number`, and behind the last one the time.
            guard let l = left.lastIndex(of: "="), let r = right.lastIndex(of: "="), left[...l] == right[...r] else {
                return false
            }
            let first = left[left.index(after: l)...].split(separator: " ")
            let second = right[right.index(after: r)...].split(separator: " ")
            guard first.count == second.count, first.dropFirst() == second.dropFirst() else { return false }
            guard let a = first.first.flatMap({ Double($0) }), let b = second.first.flatMap({ Double($0) }) else {
                return false
            }
            return a == b
        }
    }

    /// Where we differ on purpose, and what we write.
    private static let differences = [
        // A line feed within a string: 1.6.7 takes it, but a spool and a log are read line by line.
        "65a52922c8cba2673eff7194628cc1e0": "cpu,host=serverA,region=us-east str=\"foo bar\",value=1 1000000000",
        // A tag without a value is left out; the reading is not lost for it.
        "72fe529da6084a44692fe27cc2f105d1": "cpu value=42 0",
    ]

    @Test(
        "every encode case agrees, but for ways to write a number",
        .enabled(if: FileManager.default.fileExists(atPath: file), "the corpus is not on this machine")
    )
    func encode() throws {
        struct Corpus: Decodable { var encode: [String: Case] }
        let data = try Data(contentsOf: URL(fileURLWithPath: Self.file))
        let cases = try JSONDecoder().decode(Corpus.self, from: data).encode
        #expect(cases.count == 115)
        for (key, sample) in cases.sorted(by: { $0.key < $1.key }) {
            let line = ours(sample.input.point)
            let expected = try #require(Self.differences[key] ?? sample.output.result)
            #expect(line.map { isSame($0, expected) } == true, "\(key): \(line ?? "nothing") is not \(expected)")
        }
    }
}
