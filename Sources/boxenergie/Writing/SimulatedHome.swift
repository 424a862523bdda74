import Logging
import MeterCore
import MeterProtocols
import MeterSimulation
import MeterSources

/// A simulated house with its meters and their readings: a Linky, through its own frames and the decoder, and, where it
/// has them, an inverter, a battery, a hybrid inverter, a meter at the water heater and one of the water.
struct SimulatedHome: ~Copyable {
    /// The house, at the instant last asked for.
    var house: House
    /// Decodes the Linky's frames from their bytes.
    private var decoder = TICDecoder()
    /// Makes points of frames as the source `teleinfo` does.
    private var linky: TeleinfoPoints
    /// Series of the inverter's points.
    private let inverter: Series
    /// Series of the battery at the alternating current.
    private let battery: Series
    /// Series of the hybrid inverter: its panels, its battery and its port.
    private let hybrid: (panels: Series, battery: Series, port: Series)
    /// Series of the water heater's meter.
    private let heater: Series
    /// Series of the water meter.
    private let water: Series
    /// Keeps one of the readings of all but the Linky in each period.
    private var sampling: Sampling

    /// The names of the sources of a battery and of a hybrid inverter.
    static let battery = "batterie"
    static let hybrid = "hybride"

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
        func series(_ kind: Kind, of name: String, tags more: [(String, String)] = [], _ fields: [Field]) -> Series {
            SourceContext(name: name, tags: tags, logger: logger)
                .series(kind.measurement, kind: kind, tags: more, fields: fields.map(\.rawValue))
        }
        let storage: [Field] = [.w, .socPercent, .whCharge, .whDischarge]
        self.inverter = series(.production, of: inverter, tags: [("kind", "inverter")], [.w, .wh])
        battery = series(.battery, of: Self.battery, storage)
        hybrid = (
            series(.production, of: Self.hybrid, tags: [("kind", "inverter")], [.w, .wh]),
            series(.battery, of: Self.hybrid, storage), series(.acPort, of: Self.hybrid, [.w, .whOut, .whIn])
        )
        heater = series(.meter, of: "ballon", tags: [("role", MeterRole.consumption.rawValue)], [.w, .whIn])
        water = series(.meter, of: "eau", tags: [("role", MeterRole.water.rawValue)], [.value])
        sampling = Sampling(every: settings.every)
    }

    /// Advances the house to an instant.
    ///
    /// - Parameters:
    ///   - time: seconds since 1970.
    ///   - pace: the steps in which it gets there, in seconds.
    ///   - take: takes the points that the meters' readings make.
    /// - Returns: the house as it is then.
    @discardableResult
    mutating func advance(to time: Int64, pace: Int64 = 1, _ take: (Point) -> Void) -> HouseState {
        let state = house.advance(to: time, pace: pace)
        let timestamp = Timestamp(seconds: time)
        let uptime = Uptime(nanoseconds: timestamp.nanoseconds)
        var frames: [TICFrame] = []
        decoder.push(TICWriter.frame(state)) { frames.append(copy $0) }
        for frame in frames {
            for point in linky.points(of: frame, at: timestamp, monotonic: uptime) { take(point) }
        }
        guard sampling.keeps(timestamp) else { return state }
        for point in points(of: state, at: timestamp) { take(point) }
        return state
    }

    /// The readings of all but the Linky.
    private func points(of state: HouseState, at time: Timestamp) -> [Point] {
        var points: [Point] = []
        func add(_ series: Series, _ watts: Double, _ row: KeyValuePairs<Field, Double>, percent: Double? = nil) {
            var fields: [Field: FieldValue] = [.w: .float(watts.rounded())]
            for (field, value) in row { fields[field] = .integer(Int64(value)) }
            fields[.socPercent] = percent.map { .float($0.rounded()) }
            let values = series.fieldNames.map { name in Field(rawValue: name).flatMap { fields[$0] } }
            points.append(Point(series, at: time, values))
        }
        let (options, storage, truth) = (state.options, state.storage, state.storage.truth)
        if options.hasPanels { add(inverter, state.productionWatts, [.wh: state.truth.producedWh]) }
        if options.hasWaterMeter { points.append(Point(water, at: time, [.float(Double(state.waterLitres) / 1000)])) }
        if options.hasHeaterMeter { add(heater, state.heaterWatts, [.whIn: state.truth.heatedWh]) }
        if options.hasBattery {
            add(
                battery,
                storage.batteryWatts,
                [.whCharge: Double(storage.chargeWh), .whDischarge: Double(storage.dischargeWh)],
                percent: storage.batteryPercent
            )
        }
        guard options.hasHybrid else { return points }
        add(hybrid.panels, storage.panelsWatts, [.wh: truth.panelsWh])
        add(
            hybrid.battery,
            storage.storedWatts,
            [.whCharge: truth.portChargedWh, .whDischarge: truth.portDischargedWh],
            percent: storage.storedPercent
        )
        add(hybrid.port, storage.portWatts, [.whOut: truth.portOutWh, .whIn: truth.portInWh])
        return points
    }
}
