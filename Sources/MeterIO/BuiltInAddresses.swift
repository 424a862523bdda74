import MeterCore

/// The hardware addresses of the network interfaces that a machine was made with, the wired ones first.
///
/// An adapter on USB goes from machine to machine, and an address that somebody gave an interface is none of its hardware.
enum BuiltInAddresses {
    /// The addresses that can be read now; a driver that is slow brings its own later.
    ///
    /// - Parameter root: stands for `/` in tests.
    /// - Returns: each as the kernel writes it.
    static func all(root: String) -> [String] {
        let folder = root + "/sys/class/net"
        let places = Folder(folder).visibleNames.map { "\(folder)/\($0)" }.filter(isBuiltIn)
        let wireless = places.filter { DiskFile.isThere($0 + "/phy80211") || DiskFile.isThere($0 + "/wireless") }
        return (places.filter { !wireless.contains($0) } + wireless).compactMap {
            SmallFile.firstLine(of: $0 + "/address")
        }
    }

    /// True for Ethernet or Wi-Fi with the address of its hardware, on a bus that nobody plugs things into.
    private static func isBuiltIn(_ place: String) -> Bool {
        SmallFile.firstLine(of: place + "/type") == "1" && SmallFile.firstLine(of: place + "/addr_assign_type") == "0"
            && DiskFile.isThere(place + "/device") && !DiskFile.real(place + "/device/subsystem").hasSuffix("/usb")
    }
}
