import Logging
public import MeterCore
import MeterDocuments
import MeterProtocols

/// The WES energy server of Cartelectronic: a French meter's TIC, pulse meters, clamps and more, by its XML page.
public final class WESSource: MeterSource {
    public static let type = "wes"
    public static let summary = "A French meter, clamps and counters at a WES energy server of Cartelectronic."
    public static let sample = """
        [source.wes]
        type = "wes"
        host = "192.168.1.32"
        username = "admin"
        password_file = "/etc/boxenergie/wes.password"
        tic = 1                      # the TIC input that goes to raw.linky; 0 for none

        [source.wes.fields]          # more, by XPath in its page; they go to raw.meter
        wh_in = { path = "/data/pince/INDEX1", unit = "kWh" }
        w = { path = "/data/pince/PUISSANCE1", unit = "W" }
        """

    let settings: WESSettings

    public var declaration: Declaration {
        var declaration = Declaration(of: settings.role, in: settings.measurement, every: settings.meter.every)
        if settings.map.fields.isEmpty { declaration.stores = [] }
        if settings.tic > 0 { declaration.add(settings.meter.declaration) }
        return declaration
    }

    public init(settings: ConfigSection) {
        self.settings = WESSettings(settings: settings)
    }

    public func run(into receiver: any PointReceiver, context: SourceContext) async throws {
        var reader = WESReader(settings, context)
        try await context.poll(every: settings.meter.every, into: receiver) {
            context.status.beat()
            let page = try await settings.device.page(settings.path)
            return try reader.reading(of: page, at: .now)
        }
    }

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
    private let settings: WESSettings
    private var meter: RelayedMeter
    private var points: FieldPoints

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

    mutating func take(_ bytes: [UInt8], _ label: String, at moment: Moment) throws -> [FieldReading] {
        [try reading(of: bytes, at: moment)]
    }

    mutating func reading(of page: [UInt8], at moment: Moment) throws(HTTPError) -> FieldReading {
        let document = try settings.device.document(page, .xml)
        var reading = points.reading(at: moment.time, monotonic: moment.uptime) { field in
            field.place.flatMap { document.value(at: $0) }
        }
        if settings.tic > 0 {
            let values = document.children(of: "/*/*[name()='tic\(settings.tic)' or name()='TIC\(settings.tic)']")
            reading += meter.reading(values, input: "tic\(settings.tic)", at: moment)
        }
        return reading
    }
}

/// The settings of a `wes` source.
struct WESSettings: Sendable {
    var device: HTTPDevice
    var path: String
    /// The TIC input, or 0.
    var tic: Int
    var wiring: RelayedTIC.Wiring
    var meter: TeleinfoSettings
    var role: MeterRole
    /// Where the fields go.
    var measurement: Measurement
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
