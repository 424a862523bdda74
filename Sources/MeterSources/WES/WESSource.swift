import Logging
public import MeterCore
import MeterDocuments
import MeterIO
public import MeterNotation
import MeterProtocols

/// The WES energy server of Cartelectronic: a French meter's TIC, pulse meters, clamps and more, by its XML page.
public final class WESSource: MeterSource {
    /// The value of `type` in the configuration.
    public static let type = "wes"
    /// One line for `boxenergie sources`.
    public static let summary: Phrase = "A French meter, clamps and counters at a WES energy server of Cartelectronic."
    /// A section to copy: the meter at TIC input 1 and a clamp.
    public static let sample = """
        [source.wes]
        type = "wes"
        host = "192.168.1.32"
        username = "admin"
        password_file = "/etc/boxenergie/wes.password"
        tic = 1                      # the TIC input that goes to raw.linky; 0 for none

        [source.wes.fields]          # more, by XPath in its page; they go to raw.meter
        wh_in = { path = "/data/pince/INDEX1", unit = "kWh" }   # or in Wh, as its firmware has it
        w = { path = "/data/pince/PUISSANCE1", unit = "W" }
        """

    /// The decoded section.
    let settings: WESSettings

    /// Stores the meter and the other fields, each only when it is read.
    public var declaration: Declaration {
        var declaration = Declaration(of: settings.role, in: settings.measurement, every: settings.meter.every)
        if settings.map.fields.isEmpty { declaration.stores = [] }
        if settings.tic > 0 { declaration.add(settings.meter.declaration) }
        declaration.asking = settings.device.asking(settings.map.fields.map(\.path), input: settings.tic)
        return declaration
    }

    /// Decodes the section; problems go to its diagnostics.
    public init(settings: ConfigSection) {
        self.settings = WESSettings(settings: settings)
    }

    /// Reads the page at each slot until the task is cancelled.
    public func run(into receiver: any PointReceiver, context: SourceContext) async throws {
        let desk = ReadingDesk()
        var reader = WESReader(settings, context)
        try await context.poll(every: settings.meter.every, into: receiver) {
            context.status.beat()
            let page = try await settings.device.page(settings.path)
            return try await desk.read(page.count, by: &reader) { try $0.reading(of: page, at: .now) }
        }
    }

    /// Decodes recorded pages.
    public func replay(
        _ recording: any Recording,
        into receiver: any PointReceiver,
        context: SourceContext
    ) async throws {
        var reader = WESReader(settings, context)
        try await reader.play(recording, into: receiver, context.status)
    }
}

/// Makes readings of a WES's page: its fields, and a meter by its TIC.
private struct WESReader: InputReader {
    /// The settings of the source.
    private let settings: WESSettings
    /// The meter at the TIC input.
    private var meter: RelayedMeter
    /// Makes points of the fields.
    private var points: FieldPoints

    /// Prepares the series.
    init(_ settings: WESSettings, _ context: SourceContext) {
        self.settings = settings
        meter = RelayedMeter(settings.meter, wiring: settings.wiring, context: context)
        points = FieldPoints(
            settings.map.fields,
            role: settings.role,
            kind: .meter,
            settings.measurement,
            context
        )
    }

    /// Takes a recorded page; the label is not used.
    mutating func take(_ bytes: [UInt8], _ label: String, at moment: Moment) throws -> [FieldReading] {
        [try reading(of: bytes, at: moment)]
    }

    /// The reading of a page: the other fields, and the meter's labels below the element `tic1`.
    ///
    /// The element is looked for in small and in capital letters.
    ///
    /// - Throws: `HTTPError` when the page is no XML.
    mutating func reading(of page: [UInt8], at moment: Moment) throws(HTTPError) -> FieldReading {
        let document = try settings.device.document(page, .xml)
        var reading = points.reading(at: moment.time, monotonic: moment.uptime) { field in
            WESRegister.inConfiguredUnit(field.place.flatMap { document.value(at: $0) }, field)
        }
        if settings.tic > 0 {
            let values = document.children(of: "/*/*[name()='tic\(settings.tic)' or name()='TIC\(settings.tic)']")
            reading += meter.reading(
                WESLabels.translated(values),
                input: "tic\(settings.tic)",
                isMixed: WESLabels.areOwn(values),
                at: moment
            )
        }
        return reading
    }
}

/// The settings of a `wes` source.
struct WESSettings: Sendable {
    /// The device's address and how it is asked.
    var device: HTTPDevice
    /// The page with the values, by default `/data.cgx`; a template of the user's own can be put onto the device.
    var path: String
    /// The TIC input, 0 to 3, by default 1; 0 for none.
    var tic: Int
    /// The meter's wiring, one phase or three; `auto` by default.
    var wiring: RelayedTIC.Wiring
    /// The interval of readings and the measurements of the meter.
    var meter: TeleinfoSettings
    /// The meaning of the other fields for the house, `consumption` by default.
    var role: MeterRole
    /// The measurement of the other fields, by default that of the role; the setting `others`.
    var measurement: Measurement
    /// The other fields by XPath in the page; empty by default.
    var map: FieldMap

    /// Decodes the section; problems go to its diagnostics.
    init(settings: ConfigSection) {
        device = HTTPDevice(settings: settings)
        path = settings.path("page", default: "/data.cgx", "Its page; a template of one's own can be put onto it.")
        tic = settings.integer("tic", in: 0...3, default: 1, "The TIC input that is read; 0 for none.")
        wiring = settings.choice("wiring", default: .auto, "Whether the meter has one phase or three.")
        role = settings.role(.consumption, "What the other fields mean for the house.")
        meter = TeleinfoSettings(relayed: settings)
        measurement = settings.destination("others", default: role.kind?.rawValue, "Where the other fields go.")
        map = FieldMap(settings: settings, role: role, format: .xml)
        if tic == 0, map.fields.isEmpty { settings.report("nothing to read: a tic, or [\(settings.path).fields]") }
    }
}
