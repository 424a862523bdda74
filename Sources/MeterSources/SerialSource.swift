public import MeterCore

/// A source that may read a serial line of this machine.
public protocol SerialSource: MeterSource {
    /// The line's path; `nil` when the device is in the network.
    var serialDevice: String? { get }
}

extension TeleinfoSource: SerialSource {
    public var serialDevice: String? { settings.device }
}

extension ModbusSource: SerialSource {
    public var serialDevice: String? { settings.place.serialDevice }
}

extension MBusSource: SerialSource {
    public var serialDevice: String? { if case .serial(let device) = settings.line { device } else { nil } }
}

extension AuroraSource: SerialSource {
    public var serialDevice: String? { settings.place.serialDevice }
}

extension BusPlace {
    fileprivate var serialDevice: String? { if case .serial(let device) = self { device } else { nil } }
}
