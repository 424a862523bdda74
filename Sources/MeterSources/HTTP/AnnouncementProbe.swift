import MeterCore
import MeterNotation

/// Looks for the web servers of known devices that announce themselves in the local network.
struct AnnouncementProbe: MeterProbe {
    /// The title for the person who waits.
    let title = said("devices that announce themselves (mDNS)")
    /// The devices are in the network.
    let wire = ProbeWire.network
    /// The time when none answers, 2 s.
    let longest = Duration.seconds(2)

    /// Asks who is there, and each of them for the pages of known devices.
    ///
    /// - Throws: `SystemError` when nothing can be asked, `CancellationError`.
    func look(_ notes: ProbeNotes) async throws {
        let devices = try await AnnouncedDevices.find(for: longest)
        if !devices.leftOut.isEmpty {
            let rest = devices.leftOut.joined(separator: ", ")
            notes.remark(said("more devices announce themselves and were not looked at; name one by --web: \(rest)"))
        }
        for host in devices.found {
            let before = notes.all.findings.count
            try await HTTPProbe(host: host).look(notes)
            if notes.all.findings.count == before {
                notes.remark(said("a device at \(host) announces itself, and has no page that is known"))
            }
        }
    }
}
