public import MeterCore
public import MeterProtocols

/// The settings of a `teleinfo` source.
public struct TeleinfoSettings: Sendable {
    /// How the meter speaks, or that it is to be found out.
    public enum Mode: String, Sendable, CaseIterable {
        case auto, historique, standard

        /// The mode of the protocol; `nil` for either.
        public var protocolMode: TICMode? {
            switch self {
            case .auto: nil
            case .historique: .historique
            case .standard: .standard
            }
        }
    }

    public var device: String
    public var mode: Mode
    public var every: Duration
    public var measurement: Measurement
    public var phases: Measurement
    public var indexes: Measurement

    /// Decodes the section; problems go to its diagnostics.
    public init(settings: ConfigSection) {
        let device = settings.path("device", "The serial device that the meter's TIC output is connected to.")
        let mode = settings.choice(
            "mode",
            default: Mode.auto,
            "The meter's TIC mode; auto finds it, and finds it again."
        )
        self.init(relayed: settings)
        self.device = device
        self.mode = mode
    }

    /// Decodes what a meter has that another device listens to.
    init(relayed settings: ConfigSection) {
        device = ""
        mode = .auto
        every = settings.duration(
            "every",
            in: .seconds(1) ... .seconds(3600),
            default: .seconds(10),
            "How often a reading is kept; indexes are also kept at each quarter of an hour."
        )
        measurement = settings.destination(
            "measurement",
            default: Kind.linky.rawValue,
            "Where the meter's main values go."
        )
        phases = settings.destination(
            "phases",
            default: Kind.phase.rawValue,
            "Where each phase's voltage and current go."
        )
        indexes = settings.destination("indexes", default: Kind.index.rawValue, "Where the registers of the tariff go.")
    }

    /// The defaults, for a capture that is decoded without a configuration.
    public init(mode: Mode = .auto, every: Duration = .seconds(1)) {
        device = ""
        self.mode = mode
        self.every = every
        measurement = Kind.linky.measurement
        phases = Kind.phase.measurement
        indexes = Kind.index.measurement
    }

    /// The settings of a meter whose readings go where those of another one do.
    ///
    /// - Parameters:
    ///   - every: how often a reading is kept.
    ///   - stores: what the other one declares; the usual measurements for what it does not.
    public init(every: Duration, in stores: [Declaration.Store]) {
        self.init(every: every)
        for store in stores {
            switch store.kind {
            case .linky: measurement = store.measurement
            case .phase: phases = store.measurement
            case .index: indexes = store.measurement
            default: break
            }
        }
    }

    /// What a source that reads such a meter stores and counts; in mode historique a Linky tells no injection.
    var declaration: Declaration {
        var declaration = Declaration(
            stores: [
                Declaration.Store(.linky, in: measurement), Declaration.Store(.phase, in: phases),
                Declaration.Store(.index, in: indexes),
            ],
            counts: mode == .historique ? [.import] : [.import, .export],
            every: every
        )
        declaration.readsDistributorsMeter = true
        return declaration
    }
}
