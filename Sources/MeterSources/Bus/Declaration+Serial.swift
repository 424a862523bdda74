import MeterCore
import MeterNotation

extension Declaration {
    /// Notes the serial line of a device that is asked over it; nothing changes for one in the network.
    mutating func read(over serialDevice: String?) {
        guard let serialDevice else { return }
        self.serialDevice = serialDevice
        advice = [
            said("Is the device switched on? Exchange A and B of its cable, and check its number, speed and parity."),
            said("Look for it: boxenergie probe"),
        ]
    }
}
