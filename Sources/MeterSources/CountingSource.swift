public import MeterCore
import MeterProtocols

/// A source of which its settings tell what it counts of the house's energy, and how often it says something of it.
public protocol CountingSource: MeterSource {
    /// The roles in which its registers count for the whole house; `nil` when it finds that out by itself.
    ///
    /// What only a part of the house takes is none of them.
    var counts: Set<MeterRegister.Role>? { get }

    /// How long it says nothing while all is well.
    var longestPause: Duration { get }
}

/// Pulses are told when there are some, and at each quarter of an hour.
private let quarter = Duration.seconds(900)

extension TeleinfoSource: CountingSource {
    /// In mode historique a Linky tells no injection.
    public var counts: Set<MeterRegister.Role>? { settings.mode == .historique ? [.grid] : [.grid, .export] }
    public var longestPause: Duration { settings.every }
}

extension PulseSource: CountingSource {
    public var counts: Set<MeterRegister.Role>? { settings.counts }
    public var longestPause: Duration { quarter }
}

extension OneWireSource: CountingSource {
    public var counts: Set<MeterRegister.Role>? {
        if case .counter(_, let pulse) = settings.reading { pulse.counts } else { [] }
    }
    public var longestPause: Duration { max(quarter, settings.every) }
}

extension AuroraSource: CountingSource {
    public var counts: Set<MeterRegister.Role>? { [.production] }
    public var longestPause: Duration { settings.every }
}

extension MBusSource: CountingSource {
    public var counts: Set<MeterRegister.Role>? { settings.role == .production ? [.production] : [] }
    public var longestPause: Duration { settings.every }
}

extension ModbusSource: CountingSource {
    /// By SunSpec a device tells itself whether it is an inverter.
    public var counts: Set<MeterRegister.Role>? {
        if case .sunSpec = settings.map { nil } else { settings.role == .production ? [.production] : [] }
    }
    public var longestPause: Duration { settings.every }
}

extension PulseSettings {
    fileprivate var counts: Set<MeterRegister.Role> {
        switch role {
        case .grid: [.grid]
        case .export: [.export]
        case .production: [.production]
        case .consumption, .water, .gas, .heat: []
        }
    }
}
