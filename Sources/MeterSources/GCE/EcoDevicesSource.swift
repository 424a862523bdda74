import Logging
public import MeterCore
import MeterDocuments
import MeterProtocols

/// The Eco-Devices of GCE Electronics: a French meter's TIC in historique, and two pulse meters, in the network.
public final class EcoDevicesSource: MeterSource {
    public static let type = "ecodevices"
    public static let summary = "A French meter (historique) and pulse meters at an Eco-Devices of GCE Electronics."
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
        return declaration
    }

    public init(settings: ConfigSection) {
        self.settings = EcoDevicesSettings(settings: settings)
    }

    public func run(into receiver: any PointReceiver, context: SourceContext) async throws {
        var meter = RelayedMeter(settings.meter, wiring: settings.wiring, context: context)
        var counters = settings.counters.map { number, counter in
            (number: number, counter: RelayedCounter(counter, number, context: context))
        }.sorted { $0.number < $1.number }
        if settings.input > 0 {
            context.status.update { $0.device = "Eco-Devices, historique" }
            context.logger.info(
                "An Eco-Devices tells neither voltage nor injection; a TIC adapter on the box does, in mode standard",
                metadata: ["device": "\(settings.device.host)"]
            )
        }
        try await context.poll(every: settings.meter.every, into: receiver) {
            let time = Timestamp.now()
            var all = FieldReading()
            let pages = try await pages(context.status)
            if settings.input > 0 {
                all += meter.reading(pages.meter, input: "teleinfo input \(settings.input)", at: time)
            }
            for place in counters.indices {
                let name = pages.counterName(counters[place].number)
                let text = pages.counters.first { $0.name.uppercased() == name.uppercased() }?.text
                all += counters[place].counter.reading(text, name: name, at: time)
            }
            return all
        }
    }

    /// What the wanted pages say.
    private struct Answers {
        /// Of the wanted meter, without the input's prefix.
        var meter: [(name: String, text: String)]
        var counters: [(name: String, text: String)]
        var isJSON: Bool

        /// What the device calls the counter of an input.
        func counterName(_ number: Int) -> String { isJSON ? "INDEX_C\(number)" : "count\(number - 1)" }
    }

    private func pages(_ status: SourceStatus) async throws -> Answers {
        let device = settings.device
        func page(_ path: String, _ format: DocumentFormat) async throws -> [(name: String, text: String)] {
            status.beat()
            return try await device.document(path, format).children(of: "/*")
        }
        var (values, counters): ([(name: String, text: String)], [(name: String, text: String)]) = ([], [])
        switch settings.pages {
        case .json:
            values = try await page("/api/xdevices.json?cmd=10", .json)
            counters = values
            if let product = values.first(where: { $0.name == "product" })?.text,
                !product.lowercased().hasPrefix("eco-devices")
            {
                throw HTTPError("\(device.host) is no Eco-Devices but \"\(product.prefix(40))\"")
            }
        case .status:
            values = try await page("/status.xml", .xml)
            counters = values
        case .teleinfo:
            if settings.input > 0 {
                values = try await page("/protect/settings/teleinfo\(settings.input).xml", .xml)
            }
            if !settings.counters.isEmpty { counters = try await page("/status.xml", .xml) }
        }
        let prefix = "T\(settings.input)_"
        let meter = values.compactMap { name, text in
            name.uppercased().hasPrefix(prefix) ? (String(name.dropFirst(prefix.count)), text) : nil
        }
        return Answers(meter: meter, counters: counters, isJSON: settings.pages == .json)
    }
}

extension FieldReading {
    /// Adds another part of the same reading.
    static func += (left: inout FieldReading, right: FieldReading) {
        left.points += right.points
        left.problems += right.problems
        left.held += right.held
    }
}
