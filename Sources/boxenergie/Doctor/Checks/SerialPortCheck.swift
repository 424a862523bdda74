import MeterCore
import MeterNotation

/// Check of the configuration's serial ports: they are there, and for the meters alone.
struct SerialPortCheck: FileCheck {
    /// Shown under `Meters and readings`.
    let group = Finding.Group.readings
    /// Steps that take the console off the port on the pins.
    private static let free: [Phrase] = [
        "Free it: sudo raspi-config nonint do_serial_cons 1 && sudo raspi-config nonint do_serial_hw 0; sudo reboot",
        "Without raspi-config: take console=serial0,115200 out of /boot/firmware/cmdline.txt, and add enable_uart=1 to",
        "config.txt there (before bookworm both are in /boot); then sudo reboot",
    ]

    /// Looks at each port once, however many meters are on it.
    func look(at patient: Patient) -> [Finding] {
        var seen: Set<String> = []
        return (patient.configuration?.serialDevices ?? []).filter { seen.insert($0).inserted }.flatMap {
            judge($0, patient.machine)
        }
    }

    /// Judges one port.
    ///
    /// Ports on a Pi's pins may be in use by the console or by Bluetooth, or be the lesser one (`ttyS0`), which has no
    /// parity and whose speed depends on the processor's clock.
    private func judge(_ path: String, _ machine: Machine) -> [Finding] {
        let name = machine.target(path)
        let isOnPins = ["ttyAMA0", "ttyS0", "serial0"].contains(name)
        guard machine.isThere(path) else {
            return isOnPins
                ? [absent(path, machine)]
                : [
                    .wrong(
                        "\(path)",
                        "there is no such device",
                        "Is it plugged in? Those that are there: ls /dev/serial/by-id",
                        "When its name has changed, write the new one into the configuration."
                    )
                ]
        }
        guard isOnPins else { return [.ok("\(path)", "it is there")] }
        var findings: [Finding] = []
        let words = Self.boot(machine, "cmdline.txt").split(whereSeparator: \.isWhitespace)
        let consoles = words.filter { $0.hasPrefix("console=") }.map {
            machine.target("/dev/" + ($0.dropFirst(8).split(separator: ",").first ?? ""))
        }
        if consoles.contains(name) {
            let sentence: Phrase = "the system writes its own messages to this port (console)"
            var finding = Finding.wrong("\(path)", sentence)
            finding.advice = Self.free.map(said)
            findings.append(finding)
        }
        if machine.isThere("/dev/serial1"), machine.target("/dev/serial1") == name {
            findings.append(
                .wrong("\(path)", "this port belongs to the Bluetooth chip, not to the pins", Self.noBluetooth)
            )
        } else if name == "ttyS0", machine.target("/dev/serial0") == name {
            let sentence: Phrase =
                "this is the Pi's lesser serial port: it knows no parity, and its speed changes with the load"
            findings.append(.note("\(path)", sentence, Self.noBluetooth))
        }
        return findings.isEmpty ? [.ok("\(path)", "it is there, and free for the meter")] : findings
    }

    /// The finding for a port on the pins that is absent: switched off in `config.txt`, or waiting for a restart.
    private func absent(_ path: String, _ machine: Machine) -> Finding {
        let settings = Self.boot(machine, "config.txt").split(whereSeparator: \.isNewline)
        let isOn = settings.contains { $0.hasPrefix("enable_uart=1") || $0.hasPrefix("dtparam=uart0=on") }
        guard isOn else {
            let sentence: Phrase = "there is no such device: the serial port on the pins is switched off"
            var finding = Finding.wrong("\(path)", sentence)
            finding.advice = Self.free.map(said)
            return finding
        }
        let advice: Phrase = "Restart the machine: sudo reboot. On a Pi 5 the port on the pins is /dev/ttyAMA0."
        return .wrong("\(path)", "there is no such device, though the port is switched on in config.txt", advice)
    }

    /// The advice that takes the good port away from Bluetooth.
    private static let noBluetooth: Phrase =
        "Give the good port to the pins: add dtoverlay=disable-bt to /boot/firmware/config.txt (before bookworm: "
        + "/boot/config.txt), then sudo systemctl disable hciuart; sudo reboot"

    /// Text of a boot file, at its place since bookworm or at that before; empty when there is none.
    private static func boot(_ machine: Machine, _ file: String) -> String {
        machine.text("/boot/firmware/\(file)") ?? machine.text("/boot/\(file)") ?? ""
    }
}

extension Configuration {
    /// Serial devices of this machine that the sources read, once for each source.
    var serialDevices: [String] {
        sources.compactMap(\.source.declaration.serialDevice)
    }
}
