import MeterNotation

/// Check of the processor's temperature: from 70 °C a note, from 80 °C, at which a Pi slows down, wrong.
struct TemperatureCheck: FileCheck {
    /// Shown under `Machine`.
    let group = Finding.Group.machine

    /// Reads the kernel's sensor, in thousandths of a degree; nothing on a machine without one.
    func look(at patient: Patient) -> [Finding] {
        guard let thousandths = patient.machine.number("/sys/class/thermal/thermal_zone0/temp") else { return [] }
        let degrees = Int(thousandths / 1000)
        let advice: Phrase = "Give it air: out of a closed cupboard, with a heat sink or a fan."
        switch degrees {
        case ..<70: return [.ok("temperature", "\(degrees) °C")]
        case ..<80: return [.note("temperature", "\(degrees) °C is much; at 80 °C it slows down", advice)]
        default: return [.wrong("temperature", "\(degrees) °C is too much: it slows down and ages", advice)]
        }
    }
}
