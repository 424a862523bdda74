import MeterCore
import MeterProtocols

/// A meter at a counter of a chip: its total survives empty batteries and restarts.
struct OneWireMeter: Sendable {
    /// The total of the chip, over its restarts at 0.
    private var counter: ChipCounter
    /// The meter's total, with the display's value at which it was aligned.
    private(set) var register: PulseRegister
    /// The power from the last counts; `nil` for water, gas and heat.
    private var power: CounterPower?
    /// The series of the meter.
    private var points: PulsePoints
    /// The chip, which is remembered with the total.
    private let device: OneWireDevice

    /// Continues from the remembered text when it is of the same chip.
    ///
    /// Another chip counts from its own value on, and the total with the display's alignment stays.
    ///
    /// - Parameters:
    ///   - settings: of the meter.
    ///   - device: the chip.
    ///   - text: that was remembered, `nil` for a new meter.
    ///   - context: with the name and tags of the source.
    init(_ settings: PulseSettings, _ device: OneWireDevice, remembered text: String?, context: SourceContext) {
        self.device = device
        points = PulsePoints(settings, context: context)
        // One pulse is a fixed number of Wh; the units of other roles give no power.
        power = settings.role.isElectric ? CounterPower(wattHours: 1000 / settings.pulsesPerUnit) : nil
        register = PulseRegister(initial: settings.initial)
        counter = ChipCounter()
        guard let text, let known = PulseRegister(text: text) else { return }
        register = known
        // Another chip begins anew; the total and its alignment stay.
        let isSame = text.split(separator: " ").contains("chip=\(device)")
        let last = text.split(separator: " ").first { $0.hasPrefix("last=") }.flatMap {
            UInt32(String($0.dropFirst(5)))
        }
        counter = ChipCounter(total: known.count, last: isSame ? last : nil)
    }

    /// The text to remember: the register, the chip and its last count.
    var text: String { register.text + " chip=\(device)" + (counter.last.map { " last=\($0)" } ?? "") }

    /// Takes a count of the chip.
    ///
    /// `.held` gives no points: one count that jumps is believed only when the next one confirms it.
    ///
    /// - Parameters:
    ///   - value: the chip's count.
    ///   - time: of the points.
    ///   - monotonic: the same on a clock that is never set back.
    /// - Returns: the fate of the count, and the points.
    mutating func take(_ value: UInt32, at time: Timestamp, monotonic: Uptime) -> (ChipCounter.Step, [Point]) {
        let step = counter.take(value)
        guard step != .held else { return (step, []) }
        register.count = counter.total
        let seconds = monotonic.seconds(since: Uptime(nanoseconds: 0))
        return (step, points.points(of: register, watts: power?.watts(counter.total, at: seconds), at: time))
    }

    /// Aligns the total to the meter's display, in its unit.
    mutating func align(to value: Double) { register.align(to: value) }
}
