import Logging
public import MeterCore
import MeterDocuments
import MeterIO

/// Any device with a web server: JSON, XML, HTML, CSV or text at an address.
public final class HTTPSource: MeterSource {
    /// The value of `type` in the configuration.
    public static let type = "http"
    /// One line for `boxenergie sources`.
    public static let summary = "Any device or service with a web address: JSON, XML, HTML, CSV or text, or a profile."
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
        Declaration(of: settings.role, in: settings.measurement, every: settings.every)
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
        try await context.poll(every: settings.every, into: receiver) {
            let url = try await settings.address.url()
            var headers: [String] = []
            for header in settings.headers { headers.append(try await settings.address.filled(header)) }
            var answer = try await client.get(url, headers: headers, unlessAs: last)
            guard let body = answer.body else { return nil }
            let reading: FieldReading
            do {
                reading = try await desk.read(body.count, by: &reader) { try $0.reading(of: body, at: .now) }
            } catch let error where error is DocumentError || error is ReadingError {
                throw HTTPError("\(serverName(url)): \(error)")
            }
            // A held register is believed when it comes again, so it must be sent again.
            answer.body = nil
            last = settings.isConditional && reading.held == 0 && reading.problems.isEmpty ? answer : nil
            return reading
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
        DocumentReader(map, FieldPoints(map.fields, role: role, kind: kind, measurement, context))
    }
}
