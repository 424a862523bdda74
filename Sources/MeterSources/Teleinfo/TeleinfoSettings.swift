public import MeterCore
import MeterNotation
public import MeterProtocols

/// The settings of a `teleinfo` source.
public struct TeleinfoSettings: Sendable {
    /// The mode of the meter's TIC output.
    public enum Mode: String, Sendable, CaseIterable {
        /// `historique` is 1200 Bd and a Linky's factory setting; `standard` is 9600 Bd, with voltages and export.
        ///
        /// `auto` finds the mode, and finds it again when the supplier changes it from afar.
        case auto, historique, standard

        /// The mode of the protocol; `nil` for either one.
        public var protocolMode: TICMode? {
            switch self {
            case .auto: nil
            case .historique: .historique
            case .standard: .standard
            }
        }
    }

    /// The path of the serial device; required, and empty for a meter that another device listens to.
    public var device: String
    /// The mode, `auto` by default.
    public var mode: Mode
    /// The interval in which a reading is kept, 1 s to 1 h, by default 10 s; registers also at each quarter of an hour.
    public var every: Duration
    /// The measurement of the main values, by default that of the kind linky.
    public var measurement: Measurement
    /// The measurement of the phases' voltage and current, by default that of the kind phase.
    public var phases: Measurement
    /// The measurement of the tariff's registers, by default that of the kind index.
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

    /// Decodes the settings of a meter that another device listens to: all but `device` and `mode`.
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

    /// Makes the defaults, for a capture that is decoded without a configuration.
    public init(mode: Mode = .auto, every: Duration = .seconds(1)) {
        device = ""
        self.mode = mode
        self.every = every
        measurement = Kind.linky.measurement
        phases = Kind.phase.measurement
        indexes = Kind.index.measurement
    }

    /// Makes the settings of a meter whose readings go where those of another one do.
    ///
    /// - Parameters:
    ///   - every: the interval in which a reading is kept.
    ///   - stores: declared by the other one; a kind that it does not declare has its usual measurement.
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

    /// The declaration of a source that reads such a meter; in mode historique a Linky tells no export.
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
