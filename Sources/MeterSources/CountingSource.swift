public import MeterCore
import MeterProtocols

/// A source of which its settings tell what it counts of the house's energy.
public protocol CountingSource: MeterSource {
    /// The roles in which its registers count for the whole house; `nil` when it finds that out by itself.
    ///
    /// What only a part of the house takes is none of them.
    var counts: Set<MeterRegister.Role>? { get }
}

extension TeleinfoSource: CountingSource {
    /// In mode historique a Linky tells no injection.
    public var counts: Set<MeterRegister.Role>? { settings.mode == .historique ? [.grid] : [.grid, .export] }
}

extension PulseSource: CountingSource {
    public var counts: Set<MeterRegister.Role>? { settings.counts }
}

extension OneWireSource: CountingSource {
    public var counts: Set<MeterRegister.Role>? {
        if case .counter(_, let pulse) = settings.reading { pulse.counts } else { [] }
    }
}

extension AuroraSource: CountingSource {
    public var counts: Set<MeterRegister.Role>? { [.production] }
}

extension MBusSource: CountingSource {
    public var counts: Set<MeterRegister.Role>? { settings.role == .production ? [.production] : [] }
}

extension ModbusSource: CountingSource {
    /// By SunSpec a device tells itself whether it is an inverter.
    public var counts: Set<MeterRegister.Role>? {
        if case .sunSpec = settings.map { nil } else { settings.role == .production ? [.production] : [] }
    }
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
