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

extension HTTPSource: CountingSource {
    public var counts: Set<MeterRegister.Role>? { settings.role.counts }
    public var longestPause: Duration { settings.every }
}

extension EcoDevicesSource: CountingSource {
    /// An Eco-Devices relays the mode historique; its counters are sources of their own.
    public var counts: Set<MeterRegister.Role>? {
        let counters = settings.counters.values.map(\.counts).reduce(into: Set()) { $0.formUnion($1) }
        return counters.contains(.production) ? nil : counters.union(settings.input > 0 ? [.grid] : [])
    }
    public var longestPause: Duration { settings.input > 0 ? settings.meter.every : quarter }
}

extension EcoDevicesRT2Source: CountingSource {
    public var counts: Set<MeterRegister.Role>? { settings.role.counts }
    public var longestPause: Duration { settings.every }
}

extension WESSource: CountingSource {
    public var counts: Set<MeterRegister.Role>? {
        settings.role.counts.union(settings.tic > 0 ? [.grid, .export] : [])
    }
    public var longestPause: Duration { settings.meter.every }
}

extension CSVSource: CountingSource {
    public var counts: Set<MeterRegister.Role>? { settings.role.counts }
    /// A file may come once a day; its lines are records, of which nobody expects to be recent.
    public var longestPause: Duration { .seconds(86_400) }
}

extension ExecSource: CountingSource {
    public var counts: Set<MeterRegister.Role>? { settings.role.counts }
    public var longestPause: Duration { settings.every }
}

/// What sends by itself does so when it likes; a day without anything is strange.
extension PushSource: CountingSource {
    public var counts: Set<MeterRegister.Role>? { settings.payload.counts }
    public var longestPause: Duration { .seconds(86_400) }
}

extension MQTTSource: CountingSource {
    public var counts: Set<MeterRegister.Role>? { settings.payload.counts }
    public var longestPause: Duration { .seconds(86_400) }
}

extension PayloadSettings {
    fileprivate var counts: Set<MeterRegister.Role> {
        if case .fields(_, let role, _) = content { role.counts } else { [] }
    }
}

extension FieldRole {
    fileprivate var counts: Set<MeterRegister.Role> { self == .production ? [.production] : [] }
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
