import Glibc
import MeterCore
import MeterNotation

/// Check of the rights of a person who runs the program without the service, for the meters' devices.
struct DeviceRightsCheck: FileCheck {
    /// Shown under `Meters and readings`.
    let group = Finding.Group.readings

    /// Looks at the serial ports and, for pulse meters, the GPIO chips; those that are well are not told.
    func look(at patient: Patient) -> [Finding] {
        // The service has its own user and groups, and root needs none.
        guard let configuration = patient.configuration, !patient.hasUnit("boxenergie.service"), geteuid() != 0 else {
            return []
        }
        var devices = Set(configuration.serialDevices)
        if configuration.sources.contains(where: \.source.declaration.usesGPIO) {
            devices.formUnion(patient.machine.names("/dev").filter { $0.hasPrefix("gpiochip") }.map { "/dev/\($0)" })
        }
        let closed = devices.sorted().filter {
            patient.machine.isThere($0) && DiskFile.problem(changing: patient.machine.root + $0) != nil
        }
        return closed.map { path in
            let group = path.contains("gpiochip") ? "gpio" : "dialout"
            let advice: Phrase = "Join the group: sudo usermod -aG \(group) $USER, then log out and in again"
            return .wrong("\(path)", "you may not use this device", advice)
        }
    }
}
