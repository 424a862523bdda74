import MeterCore
import MeterDocuments
import MeterNotation

/// Makes readings of a program's output: one a line, or one of a whole run that prints a document.
struct ProgramOutput: InputReader {
    /// Longest line in bytes, 64 KiB; the rest of a longer one is skipped.
    private static let longestLine = 64 << 10

    /// The settings of the source.
    private let settings: ExecSettings
    /// The name and tags of the source.
    private let context: SourceContext
    /// Reads documents; `nil` for line protocol.
    private var documents: DocumentReader?
    /// The series seen in line protocol, which are limited in number.
    private var series: Set<String> = []
    /// The beginning of a line, or of a document, that is not complete yet.
    private var partial: [UInt8] = []
    /// True while the rest of a line that is too long is skipped.
    private var isSkipping = false

    /// Begins with an empty output.
    init(_ settings: ExecSettings, _ context: SourceContext) {
        (self.settings, self.context) = (settings, context)
        if case .fields(let map, let role, let kind, let measurement) = settings.payload.content {
            let points = FieldPoints(map.fields, role: role, kind: kind, measurement, context)
            documents = DocumentReader(map, points)
        }
    }

    /// Takes recorded output; for a periodic program each piece is a whole run.
    mutating func take(_ bytes: [UInt8], _ label: String, at moment: Moment) -> [FieldReading] {
        guard settings.running == .periodic else { return hear(bytes, at: moment) }
        beginRun()
        return hear(bytes, at: moment) + endRun(at: moment)
    }

    /// Forgets what a run before has left.
    mutating func beginRun() { (partial, isSkipping) = ([], false) }

    /// True when nothing is read before the end of the run: it is one document.
    var gathers: Bool { settings.running == .periodic && settings.format == .json }

    /// Takes the next bytes of the output; a document waits for the end of its run.
    mutating func hear(_ bytes: [UInt8], at moment: Moment) -> [FieldReading] {
        if gathers {
            partial += bytes
            return []
        }
        var readings: [FieldReading] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = partial + rest[..<end]
            partial = []
            rest = rest[(end + 1)...]
            if isSkipping { isSkipping = false } else { readings += reading(of: line, at: moment) }
        }
        if !isSkipping { partial += rest }
        if partial.count > Self.longestLine {
            readings.append(FieldReading(problems: [said("a line has more than \(Self.longestLine) bytes")]))
            (partial, isSkipping) = ([], true)
        }
        return readings
    }

    /// Takes what is left when a run has ended.
    mutating func endRun(at moment: Moment) -> [FieldReading] { reading(of: partial, at: moment) }

    /// The reading of a line or of a run's document; none for an empty one or a comment with `#`.
    private mutating func reading(of bytes: [UInt8], at moment: Moment) -> [FieldReading] {
        let bytes = bytes.last == UInt8(ascii: "\r") ? Array(bytes.dropLast()) : bytes
        guard let first = bytes.first(where: { $0 > 0x20 }), first != UInt8(ascii: "#") else { return [] }
        func shown(_ problem: String) -> String { "\(problem): \(String(decoding: bytes.prefix(80), as: UTF8.self))" }
        do {
            switch settings.payload.content {
            case .lines(let rules):
                var reading = try rules.reading(of: bytes, context, at: moment, known: &series)
                reading.problems = reading.problems.map(shown)
                return [reading]
            case .fields: return try documents?.take(bytes, "", at: moment) ?? []
            }
        } catch {
            return [FieldReading(problems: [shown("\(error)")])]
        }
    }
}
