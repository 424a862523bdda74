import Logging
import MeterCore
import MeterProtocols
import MeterSimulation
import MeterSources

/// A simulated house with its meters and their readings: a Linky, through its own frames and the decoder, and an
/// inverter where it has panels.
struct SimulatedHome: ~Copyable {
    /// The house, at the instant last asked for.
    var house: House
    /// Decodes the Linky's frames from their bytes.
    private var decoder = TICDecoder()
    /// Makes points of frames as the source `teleinfo` does.
    private var linky: TeleinfoPoints
    /// Series of the inverter's points.
    private let inverter: Series
    /// Keeps one of the inverter's readings in each period.
    private var inverterSampling: Sampling

    /// Makes the meters of a house.
    ///
    /// - Parameters:
    ///   - house: the house, at its beginning.
    ///   - settings: the period in which a reading is kept, and the measurements that readings go to.
    ///   - linky: the name of the Linky's source.
    ///   - inverter: that of the inverter's.
    ///   - tags: the tags of every point.
    init(_ house: House, _ settings: TeleinfoSettings, linky: String, inverter: String, tags: [(String, String)]) {
        self.house = house
        let logger = Logger(label: "simulate") { _ in SwiftLogNoOpLogHandler() }
        self.linky = TeleinfoPoints(settings, context: SourceContext(name: linky, tags: tags, logger: logger))
        let context = SourceContext(name: inverter, tags: tags, logger: logger)
        self.inverter = context.series(
            Kind.production.measurement,
            kind: .production,
            tags: [("kind", "inverter")],
            fields: [Field.w, .wh].map(\.rawValue)
        )
        inverterSampling = Sampling(every: settings.every)
    }

    /// Advances the house to an instant.
    ///
    /// - Parameters:
    ///   - time: seconds since 1970.
    ///   - take: takes the points that the meters' readings make.
    /// - Returns: the house as it is then.
    @discardableResult
    mutating func advance(to time: Int64, _ take: (Point) -> Void) -> HouseState {
        let state = house.advance(to: time)
        let timestamp = Timestamp(seconds: time)
        let uptime = Uptime(nanoseconds: timestamp.nanoseconds)
        var frames: [TICFrame] = []
        decoder.push(TICWriter.frame(state)) { frames.append(copy $0) }
        for frame in frames {
            for point in linky.points(of: frame, at: timestamp, monotonic: uptime) { take(point) }
        }
        guard state.options.hasPanels, inverterSampling.keeps(timestamp) else { return state }
        let produced = Int64(state.truth.producedWh)
        take(
            Point(
                inverter,
                at: timestamp,
                row: [.w: .float(state.productionWatts.rounded()), .wh: .integer(produced)]
            )
        )
        return state
    }
}
