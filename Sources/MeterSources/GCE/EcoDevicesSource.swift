import Logging
public import MeterCore
import MeterDocuments
import MeterIO
public import MeterNotation
import MeterProtocols

/// The Eco-Devices of GCE Electronics: a French meter's TIC in historique, and two pulse meters, in the network.
public final class EcoDevicesSource: MeterSource {
    /// The value of `type` in the configuration.
    public static let type = "ecodevices"
    /// One line for `boxenergie sources`.
    public static let summary: Phrase =
        "A French meter (historique) and pulse meters at an Eco-Devices of GCE Electronics."
    /// A section to copy: the meter at input 1 and a water meter.
    public static let sample = """
        [source.linky]
        type = "ecodevices"
        host = "192.168.1.30"
        teleinfo = 1                 # the input; a second meter is a second source
        # username = "admin"         # when the device asks for one
        # password_file = "/etc/boxenergie/ecodevices.password"

        [source.linky.counter_1]     # a pulse meter at its first input
        role = "water"
        pulses_per_m3 = 1000
        """

    /// The decoded section.
    let settings: EcoDevicesSettings

    /// An Eco-Devices relays the mode historique; its counters are sources of their own.
    public var declaration: Declaration {
        var declaration = Declaration(stores: [], counts: [], every: .seconds(900))
        if settings.input > 0 {
            var meter = settings.meter.declaration
            meter.counts = [.import]
            declaration.add(meter)
            declaration.longestPause = meter.longestPause
        }
        for (number, counter) in settings.counters.sorted(by: { $0.key < $1.key }) {
            var part = counter.declaration
            for place in part.stores.indices { part.stores[place].suffix = RelayedCounter.suffix(number) }
            declaration.add(part)
        }
        declaration.asking = settings.device.asking(
            settings.counters.keys.map { "counter \($0)" },
            input: settings.input
        )
        return declaration
    }

    /// Decodes the section; problems go to its diagnostics.
    public init(settings: ConfigSection) {
        self.settings = EcoDevicesSettings(settings: settings)
    }

    /// Asks for all pages at each slot; together they make one reading.
    public func run(into receiver: any PointReceiver, context: SourceContext) async throws {
        let desk = ReadingDesk()
        var reader = EcoDevicesReader(settings, context)
        if settings.input > 0 {
            context.status.update { $0.device = "Eco-Devices, historique" }
            context.logger.info(
                "An Eco-Devices tells neither voltage nor injection; a TIC adapter on the box does, in mode standard",
                metadata: ["device": "\(settings.device.host)"]
            )
        }
        try await context.poll(every: settings.meter.every, into: receiver) {
            let moment = Moment.now
            var reading: FieldReading?
            for page in reader.pages {
                context.status.beat()
                let bytes = try await settings.device.page(page)
                reading = try await desk.take(bytes, page, at: moment, by: &reader).first
            }
            return reading
        }
    }

    /// Decodes recorded pages, each with its path as its label.
    public func replay(
        _ recording: any Recording,
        into receiver: any PointReceiver,
        context: SourceContext
    ) async throws {
        var reader = EcoDevicesReader(settings, context)
        try await reader.play(recording, into: receiver, context.status)
    }
}
