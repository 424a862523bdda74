import MeterIO
import Testing

@Suite struct PulseLineTests {
    @Test("a GPIO chip that is not there is named")
    func noChip() {
        var settings = PulseLine.Settings(.number(4))
        settings.chip = "/dev/gpiochip99"
        do throws(PulseLineError) {
            _ = try PulseLine(settings)
            Issue.record("a chip was found")
        } catch {
            #expect(error == .notFound("/dev/gpiochip99"))
        }
    }
}
