import Logging
public import MeterCore
import MeterDocuments
import MeterIO
public import MeterNotation

/// The Eco-Devices RT2 of GCE Electronics, by its key API.
public final class EcoDevicesRT2Source: MeterSource {
    /// The value of `type` in the configuration.
    public static let type = "ecodevices-rt2"
    /// One line for `boxenergie sources`.
    public static let summary: Phrase = "Registers, powers and counters of an Eco-Devices RT2 of GCE Electronics."
    /// A section to copy: the first TIC input's power and register.
    public static let sample = """
        [source.rt2]
        type = "ecodevices-rt2"
        host = "192.168.1.31"
        key_file = "/etc/boxenergie/rt2.key"   # without it the key is that of the factory
        role = "consumption"

        [source.rt2.fields]                    # boxenergie read shows them; compare the units with its own pages
        w = { from = "Get=P", path = "INSTANT_POSTE1", unit = "W" }
        wh_in = { from = "Index=All", path = "Index_TI1", unit = "Wh" }
        """

    /// The decoded section.
    let settings: EcoDevicesRT2Settings

    /// Stores and counts as its role says.
    public var declaration: Declaration {
        var declaration = Declaration(of: settings.role, in: settings.measurement, every: settings.every)
        declaration.asking = settings.device.asking(settings.fields.map { "\($0.question) \($0.field.path)" })
        return declaration
    }

    /// Decodes the section; problems go to its diagnostics.
    public init(settings: ConfigSection) {
        self.settings = EcoDevicesRT2Settings(settings: settings)
    }

    /// Puts all questions at each slot; together they make one reading.
    public func run(into receiver: any PointReceiver, context: SourceContext) async throws {
        let desk = ReadingDesk()
        var reader = EcoDevicesRT2Reader(settings, context)
        try await context.poll(every: settings.every, into: receiver) {
            var reading: FieldReading?
            for question in reader.questions {
                context.status.beat()
                let answer = try await settings.ask(question)
                reading = try await desk.take(answer, question, at: .now, by: &reader).first
            }
            return reading
        }
    }

    /// Decodes recorded answers, each with its question as its label.
    public func replay(
        _ recording: any Recording,
        into receiver: any PointReceiver,
        context: SourceContext
    ) async throws {
        var reader = EcoDevicesRT2Reader(settings, context)
        try await reader.play(recording, into: receiver, context.status)
    }
}

/// Makes readings of an Eco-Devices RT2's answers.
private struct EcoDevicesRT2Reader: InputReader {
    /// The questions whose answers make a reading, each once, in the order of the fields.
    let questions: [String]
    /// The settings of the source.
    private let settings: EcoDevicesRT2Settings
    /// Makes points of the values.
    private var points: FieldPoints
    /// The questions of the reading that were answered so far.
    private var answered: Set<String> = []
    /// The values found in their answers, one a place of each field.
    private var found: [FoundValue?] = []

    /// Prepares the series and the list of questions.
    init(_ settings: EcoDevicesRT2Settings, _ context: SourceContext) {
        self.settings = settings
        points = FieldPoints(
            settings.fields.map(\.field),
            role: settings.role,
            kind: .meter,
            settings.measurement,
            context
        )
        found = settings.fields.flatMap(\.field.places).map { _ in nil }
        questions = settings.fields.map(\.question).reduce(into: [String]()) { questions, question in
            if !questions.contains(question) { questions.append(question) }
        }
    }

    /// Takes an answer; the last one completes the reading, the first one begins a new one.
    mutating func take(_ bytes: [UInt8], _ label: String, at moment: Moment) throws -> [FieldReading] {
        guard questions.contains(label) else { return [] }
        if label == questions.first { begin() }
        let document = try settings.answer(bytes, to: label)
        var index = 0
        for field in settings.fields {
            for place in field.field.places {
                if field.question == label { found[index] = place.place.flatMap { document.value(at: $0) } }
                index += 1
            }
        }
        answered.insert(label)
        guard answered.count == questions.count else { return [] }
        defer { begin() }
        return [points.reading(at: moment.time, monotonic: moment.uptime, found: found)]
    }

    /// Begins a reading without answers.
    private mutating func begin() {
        (answered, found) = ([], settings.fields.flatMap(\.field.places).map { _ in nil })
    }
}

/// The settings of an `ecodevices-rt2` source.
struct EcoDevicesRT2Settings: Sendable {
    /// The families of questions that change nothing.
    ///
    /// Those that begin with `Set` do, and are refused.
    private static let families: Set = ["Index", "DIndex", "Get", "Price"]

    /// The device's address and how it is asked.
    var device: HTTPDevice
    /// The API key; without `key_file` it is that of the factory, `apikey`.
    private var key: Secret?
    /// The meaning for the house, `consumption` by default.
    var role: MeterRole
    /// The interval of readings, 10 s to 1 day, by default 30 s; each question takes the device a while.
    var every: Duration
    /// The measurement, by default that of the role.
    var measurement: Measurement
    /// The wanted values, and the question whose answer has each.
    var fields: [(field: FieldSettings, question: String)] = []

    /// Decodes the section; problems go to its diagnostics.
    init(settings: ConfigSection) {
        device = HTTPDevice(settings: settings)
        key = settings.secretFile("key_file", credential: "\(settings.name)-key", "A file with the device's API key.")
        role = settings.role(.consumption)
        every = settings.duration(
            "every",
            in: .seconds(10) ... .seconds(86_400),
            default: .seconds(30),
            "How often it is read; it is slow, and several questions take it seconds."
        )
        measurement = settings.destination("measurement", default: role.kind?.rawValue, "Where the readings go.")
        for (field, entry) in settings.namedSections("fields") {
            let question = entry.string("from", "The question, such as \"Index=All\", \"Get=P\" or \"DIndex=S\".")
            let parts = question.split(separator: "=", omittingEmptySubsequences: false)
            let isHarmless =
                parts.count == 2 && Self.families.contains(String(parts[0]))
                && parts[1].utf8.allSatisfy { $0.isDigit || ($0 | 0x20) &- 0x61 < 26 } && !parts[1].isEmpty
            if !isHarmless, !question.isEmpty {
                let families = Self.families.sorted().map { "\($0)=..." }.joined(separator: ", ")
                entry.report("only questions that change nothing are asked: \(families)", at: "from")
            }
            let field = FieldSettings(
                field,
                phase: nil,
                settings: entry,
                format: .json,
                role: role,
                mark: .either
            )
            fields.append((field, question))
        }
        if fields.isEmpty { settings.report("nothing to read: name values in [\(settings.path).fields]") }
    }

    /// Puts a question to the device.
    ///
    /// - Throws: as `HTTPDevice`.
    func ask(_ question: String) async throws -> [UInt8] {
        let secret = try await key?.fetch() ?? "apikey"
        return try await device.page("/api/xdevices.json?key=\(percentEscaped(secret))&\(question)")
    }

    /// The document of an answer.
    ///
    /// - Throws: `HTTPError` when it refuses, or its answer is none.
    func answer(_ page: [UInt8], to question: String) throws(HTTPError) -> Document {
        let document = try device.document(page, .json)
        guard let place = DocumentPlace("status", in: .json), case .text(let status)? = document.value(at: place) else {
            throw HTTPError("\(device.host) sent no status; is it an Eco-Devices RT2?")
        }
        guard status == "Success" else {
            throw HTTPError(
                "\(device.host) refuses \(question): \"\(status.prefix(40))\"; is the key in key_file right?"
            )
        }
        return document
    }
}
