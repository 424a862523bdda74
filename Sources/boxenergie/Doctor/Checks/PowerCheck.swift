import MeterNotation

/// Check of a Pi's power supply; another machine does not tell.
struct PowerCheck: AskingCheck {
    /// Shown under `Machine`.
    let group = Finding.Group.machine
    /// Steps for a voltage that is too low.
    private static let supply: [Phrase] = [
        "Use the Pi's own power supply, or one of 3 A (Pi 5: 5 A) with a short thick cable.",
        "Take USB devices off that draw much, or use a hub with a supply of its own.",
    ]

    /// Asks the kernel's sensor, then the firmware, which also remembers; nothing where neither is there.
    func ask(_ patient: Patient) async -> [Finding] {
        let alarm = alarm(patient.machine)
        guard alarm != nil || patient.machine.isThere("/usr/bin/vcgencmd") else { return [] }
        let flags = await flags(patient.machine)
        if alarm == true || flags.map({ $0 & 1 != 0 }) ?? false {
            var finding = Finding.wrong("power", "the voltage is too low right now: the card may be damaged by it")
            finding.advice = Self.supply.map(said)
            return [finding]
        }
        guard let flags else { return alarm == false ? [.ok("power", "the voltage is right")] : [] }
        if flags & 1 << 16 != 0 {
            var finding = Finding.note("power", "the voltage was too low at times since the start")
            finding.advice = Self.supply.map(said)
            return [finding]
        }
        return [.ok("power", "the voltage was right since the start")]
    }

    /// The alarm of the kernel's sensor `rpi_volt`: true while the voltage is too low, `nil` without a sensor.
    private func alarm(_ machine: Machine) -> Bool? {
        for name in machine.names("/sys/class/hwmon")
        where machine.words("/sys/class/hwmon/\(name)/name") == ["rpi_volt"] {
            return machine.number("/sys/class/hwmon/\(name)/in0_lcrit_alarm").map { $0 != 0 }
        }
        return nil
    }

    /// The firmware's flags (`get_throttled`): bit 0 is a low voltage now, bit 16 one since the start.
    ///
    /// From a file of the kernel where there is one, else from `vcgencmd`; `nil` when neither tells.
    private func flags(_ machine: Machine) async -> Int? {
        let file = machine.words("/sys/devices/platform/soc/soc:firmware/get_throttled").first.map(String.init)
        if let file { return Int(file.replacing("0x", with: ""), radix: 16) }
        let answer = await machine.answer(of: ["/usr/bin/vcgencmd", "get_throttled"])
        return answer?.split(whereSeparator: \.isWhitespace).first.flatMap {
            Int($0.replacing("throttled=0x", with: ""), radix: 16)
        }
    }
}
