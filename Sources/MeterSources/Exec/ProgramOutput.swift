import MeterCore
import MeterDocuments

/// Makes readings of what a program prints: of each line, or of a whole run that prints one document.
struct ProgramOutput: InputReader {
    private static let longestLine = 64 << 10

    private let settings: ExecSettings
    private let context: SourceContext
    private var documents: DocumentReader?
    private var series: Set<String> = []
    private var partial: [UInt8] = []
    private var isSkipping = false

    init(_ settings: ExecSettings, _ context: SourceContext) {
        (self.settings, self.context) = (settings, context)
        if case .fields(let map, let role, let kind, let measurement) = settings.payload.content {
            let points = FieldPoints(map.fields, role: role, kind: kind, measurement, context)
            documents = DocumentReader(map, points)
        }
    }

    /// In a recording of a program that is run again and again, each piece is a run.
    mutating func take(_ bytes: [UInt8], _ label: String, at moment: Moment) -> [FieldReading] {
        guard settings.running == .periodic else { return hear(bytes, at: moment) }
        beginRun()
        return hear(bytes, at: moment) + endRun(at: moment)
    }

    /// Forgets what a run before has left.
    mutating func beginRun() { (partial, isSkipping) = ([], false) }

    /// Takes what was printed next.
    mutating func hear(_ bytes: [UInt8], at moment: Moment) -> [FieldReading] {
        if settings.running == .periodic, settings.format == .json {
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
            readings.append(FieldReading(problems: ["a line has more than \(Self.longestLine) bytes"]))
            (partial, isSkipping) = ([], true)
        }
        return readings
    }

    /// Takes what is left when a run has ended.
    mutating func endRun(at moment: Moment) -> [FieldReading] { reading(of: partial, at: moment) }

    /// The reading of a line, or of all that was printed in one run; none of nothing, or of a comment.
    private mutating func reading(of bytes: [UInt8], at moment: Moment) -> [FieldReading] {
        let bytes = bytes.last == UInt8(ascii: "\r") ? Array(bytes.dropLast()) : bytes
        guard let first = bytes.first(where: { $0 > 0x20 }), first != UInt8(ascii: "#") else { return [] }
        do {
            switch settings.payload.content {
            case .lines(let rules):
                let points = try rules.points(in: bytes, context, at: moment.time, known: &series)
                return [FieldReading(points: points)]
            case .fields: return try documents?.take(bytes, "", at: moment) ?? []
            }
        } catch {
            let start = String(decoding: bytes.prefix(80), as: UTF8.self)
            return [FieldReading(problems: ["\(error): \(start)"])]
        }
    }
}
