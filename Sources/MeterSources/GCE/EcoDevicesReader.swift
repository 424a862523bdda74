import MeterCore
import MeterDocuments
import MeterNotation
import MeterProtocols

/// Makes readings of an Eco-Devices' pages: a meter by its TIC, and counters.
struct EcoDevicesReader: InputReader {
    /// The page with power, period and counters, without registers of the meter.
    private static let status = "/status.xml"

    /// The pages that make a reading, in the order in which they are asked for.
    let pages: [String]
    /// The settings of the source.
    private let settings: EcoDevicesSettings
    /// The meter at the TIC input.
    private var meter: RelayedMeter
    /// The pulse counters, in the order of their inputs.
    private var counters: [(number: Int, counter: RelayedCounter)]
    /// The values of the reading so far, by page.
    private var values: [String: [(name: String, text: String)]] = [:]
    /// The moment at which its first page was read; the reading is dated by it.
    private var begun: Moment?

    /// Prepares the series.
    init(_ settings: EcoDevicesSettings, _ context: SourceContext) {
        self.settings = settings
        meter = RelayedMeter(settings.meter, wiring: settings.wiring, context: context)
        counters = settings.counters.map { number, counter in
            (number: number, counter: RelayedCounter(counter, number, context: context))
        }.sorted { $0.number < $1.number }
        pages =
            switch settings.pages {
            case .json: ["/api/xdevices.json?cmd=10"]
            case .status: [Self.status]
            case .teleinfo:
                (settings.input > 0 ? ["/protect/settings/teleinfo\(settings.input).xml"] : [])
                    + (settings.counters.isEmpty ? [] : [Self.status])
            }
    }

    /// Takes a page; the last one completes the reading, the first one begins a new one.
    ///
    /// - Throws: `HTTPError` when the page cannot be read, or the device is another product.
    mutating func take(_ bytes: [UInt8], _ label: String, at moment: Moment) throws -> [FieldReading] {
        guard pages.contains(label) else { return [] }
        if label == pages.first { (values, begun) = ([:], moment) }
        let format: DocumentFormat = settings.pages == .json ? .json : .xml
        let found = try settings.device.document(bytes, format).children(of: "/*")
        if settings.pages == .json, let product = found.first(where: { $0.name == "product" })?.text,
            !product.lowercased().hasPrefix("eco-devices")
        {
            throw HTTPError("\(settings.device.host) is no Eco-Devices but \"\(product.prefix(40))\"")
        }
        values[label] = found
        guard values.count == pages.count, let begun else { return [] }
        defer { values = [:] }
        return [reading(at: begun)]
    }

    /// The reading of the pages: the meter's labels without their prefix `T1_`, and the counts.
    ///
    /// The counters' names count from 1 in JSON, `INDEX_C1`, and from 0 in `status.xml`, `count0`.
    private mutating func reading(at moment: Moment) -> FieldReading {
        var reading = FieldReading()
        if settings.input > 0 {
            let prefix = "T\(settings.input)_"
            let own = (pages.first.flatMap { values[$0] } ?? []).compactMap { name, text in
                name.uppercased().hasPrefix(prefix) ? (name: String(name.dropFirst(prefix.count)), text: text) : nil
            }
            reading += meter.reading(own, input: "teleinfo input \(settings.input)", at: moment)
        }
        let counts = pages.last.flatMap { values[$0] } ?? []
        for place in counters.indices {
            let number = counters[place].number
            let name = settings.pages == .json ? "INDEX_C\(number)" : "count\(number - 1)"
            let text = counts.first { $0.name.uppercased() == name.uppercased() }?.text
            reading += counters[place].counter.reading(text, name: name, at: moment)
        }
        return reading
    }
}
