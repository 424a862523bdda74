import MeterCore
import MeterProtocols

/// A meter at a counter of a chip: what it counted, over empty batteries and restarts.
struct OneWireMeter: Sendable {
    private var counter: ChipCounter
    private(set) var register: PulseRegister
    private var power: CounterPower?
    private var points: PulsePoints
    private let device: OneWireDevice

    /// Goes on from what was remembered, if that was of the same chip.
    init(_ settings: PulseSettings, _ device: OneWireDevice, remembered text: String?, context: SourceContext) {
        self.device = device
        points = PulsePoints(settings, context: context)
        // One pulse is so many Wh; what a role's unit is otherwise has no power.
        power = settings.role.isElectric ? CounterPower(wattHours: 1000 / settings.pulsesPerUnit) : nil
        register = PulseRegister(initial: settings.initial)
        counter = ChipCounter()
        guard let text, let known = PulseRegister(text: text) else { return }
        register = known
        // Another chip begins anew, and what the meter's display showed until now stays.
        let isSame = text.split(separator: " ").contains("chip=\(device)")
        let last = text.split(separator: " ").first { $0.hasPrefix("last=") }.flatMap {
            UInt32(String($0.dropFirst(5)))
        }
        counter = ChipCounter(total: known.count, last: isSame ? last : nil)
    }

    /// What is to be remembered.
    var text: String { register.text + " chip=\(device)" + (counter.last.map { " last=\($0)" } ?? "") }

    /// Takes a reading of the chip.
    mutating func take(_ value: UInt32, at time: Timestamp, monotonic: Uptime) -> (ChipCounter.Step, [Point]) {
        let step = counter.take(value)
        guard step != .held else { return (step, []) }
        register.count = counter.total
        let seconds = monotonic.seconds(since: Uptime(nanoseconds: 0))
        return (step, points.points(of: register, watts: power?.watts(counter.total, at: seconds), at: time))
    }

    mutating func align(to value: Double) { register.align(to: value) }
}
