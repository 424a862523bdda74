import Logging
public import MeterCore
import MeterDocuments
import MeterIO
public import MeterNotation

/// Any device with a web server: JSON, XML, HTML, CSV or text at an address.
public final class HTTPSource: MeterSource {
    /// The value of `type` in the configuration.
    public static let type = "http"
    /// One line for `boxenergie sources`.
    public static let summary: Phrase =
        "Any device or service with a web address: JSON, XML, HTML, CSV or text, or a profile."
    /// Sections to copy: a device with JSON, and a weather service by its profile.
    public static let sample = """
        [source.piscine]
        type = "http"
        url = "http://192.168.1.40/data.json"
        measurement = "raw.piscine"
        every = "60s"

        [source.piscine.fields]
        temp_c = { path = "water.temp", unit = "°C" }
        pump = { path = "pump.on", type = "boolean" }

        [source.meteo]                       # or a device that is known: boxenergie profiles
        type = "http"
        profile = "openweathermap"
        parameters = { lat = "48.85", lon = "2.35" }
        key_file = "/etc/boxenergie/openweathermap.key"
        """

    /// The decoded section.
    let settings: HTTPSettings

    /// Stores and counts as its role says.
    public var declaration: Declaration {
        var declaration = Declaration(of: settings.role, in: settings.measurement, every: settings.every)
        declaration.turn(by: settings.turning)
        declaration.asking = settings.asking
        settings.parts.declare(in: &declaration)
        return declaration
    }

    /// Decodes the section; problems go to its diagnostics.
    public init(settings: ConfigSection) {
        self.settings = HTTPSettings(settings: settings)
    }

    /// Asks for the document at each slot until the task is cancelled.
    public func run(into receiver: any PointReceiver, context: SourceContext) async throws {
        let client = HTTPClient(access: settings.access)
        let desk = ReadingDesk()
        var reader = settings.reader(context)
        var last: HTTPClient.Answer?
        var tokenEnd = TokenEnd()
        try await context.poll(every: settings.every, into: receiver) {
            if tokenEnd.isDue(at: .now), let token = try await settings.access.token?.fetch(),
                let sentence = tokenEnd.sentence(token, at: Timestamp.now().seconds)
            {
                context.logger.warning("A token nears its end", metadata: ["reason": "\(sentence)"])
                context.status.update { $0.lastError = sentence }
            }
            var headers: [String] = []
            for header in settings.headers { headers.append(try await settings.address.filled(header)) }
            if settings.pages.count > 1 {
                var readings: [FieldReading] = []
                var size = 0
                for page in settings.pages {
                    let url = try await settings.address.filled(page.url, escape: percentEscaped)
                    let body = try await client.get(url, headers: headers).body ?? []
                    // With the last one all are read.
                    size += body.count
                    readings = try await explaining(url) {
                        try await desk.read(size, by: &reader) { try $0.take(body, page.name, at: .now) }
                    }
                }
                return readings.first
            }
            let url = try await settings.address.url()
            var answer =
                if let question = settings.question {
                    try await client.ask(question, at: url)
                } else {
                    try await client.get(url, headers: headers, unlessAs: last)
                }
            guard let body = answer.body else { return nil }
            let reading = try await explaining(url) {
                try await desk.read(body.count, by: &reader) { try $0.reading(of: body, at: .now) }
            }
            // A held register is believed when it comes again, so it must be sent again.
            answer.body = nil
            last = settings.isConditional && reading.held == 0 && reading.problems.isEmpty ? answer : nil
            return reading
        }
    }

    /// Reads a document; what is wrong with it is said with the name of its server.
    private nonisolated(nonsending) func explaining<Value>(
        _ url: String,
        _ read: () async throws -> Value
    ) async throws -> Value {
        do {
            return try await read()
        } catch let error where error is DocumentError || error is ReadingError {
            throw HTTPError("\(serverName(url)): \(error)")
        }
    }

    /// Decodes recorded documents.
    public func replay(
        _ recording: any Recording,
        into receiver: any PointReceiver,
        context: SourceContext
    ) async throws {
        var reader = settings.reader(context)
        try await reader.play(recording, into: receiver, context.status)
    }
}

extension HTTPSettings {
    /// Makes the reader of the documents.
    fileprivate func reader(_ context: SourceContext) -> DocumentReader {
        let points = FieldPoints(map.fields, role: role, kind: kind, measurement, context)
        return DocumentReader(map, points, pages: pages.map(\.name))
    }
}
