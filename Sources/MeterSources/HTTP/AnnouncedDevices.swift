import MeterCore
import MeterIO
import MeterProtocols

/// Devices that announce their web servers in the local network, as RFC 6762 says (mDNS), and are known by that.
struct AnnouncedDevices: Sendable {
    /// The services of which every device is worth a look.
    private static let own = ["_enphase-envoy._tcp.local", "_shelly._tcp.local", "_zendure._tcp.local"]
    /// The service of any web server, of which those are looked at whose name has one of the words.
    private static let any = "_http._tcp.local"
    private static let words = ["opendtu", "ahoy", "fronius", "envoy", "shelly", "zendure", "tasmota"]
    private static let (group, port): (String, UInt16) = ("224.0.0.251", 5353)
    /// The devices that are looked at, 16: more than anybody has at home.
    private static let most = 16

    /// The names of the devices, and the address from which each was told first.
    private var senders: [String: String] = [:]

    /// Asks once in each network of this machine, and gathers answers for a while.
    ///
    /// - Returns: the addresses of the devices, each once.
    /// - Throws: `SystemError` when nothing can be sent, `CancellationError`.
    static func find(for duration: Duration = .seconds(2)) async throws -> [String] {
        let socket = try DatagramSocket()
        let question = DNSMessage.question(for: own + [any])
        // From a port of our own, so that each answers to us alone.
        let asked = LocalNetwork.all().filter { network in
            socket.send(question, toGroup: group, port: port, from: network.address)
        }
        guard !asked.isEmpty else { return [] }
        let end = Uptime.now + duration
        var devices = AnnouncedDevices()
        while Uptime.now < end {
            try await EventLoop.main.waitUntilReadable(socket.descriptor, until: end)
            while Uptime.now < end, let datagram = socket.receive(atMost: 9000) {
                if let message = DNSMessage(datagram.bytes) { devices.note(message, from: datagram.sender) }
            }
        }
        return devices.found
    }

    /// Notes what an answer says; a device answers for itself, whatever address it may tell.
    mutating func note(_ message: DNSMessage, from sender: String) {
        for device in message.devices where Self.isKnown(device) && senders.count < Self.most {
            senders[device.name] = senders[device.name] ?? sender
        }
    }

    /// True for a device that is worth a look.
    private static func isKnown(_ device: DNSMessage.Device) -> Bool {
        own.contains(device.service) || device.service == any && words.contains { device.name.contains($0) }
    }

    /// The addresses of the devices in the order of their names, each once.
    var found: [String] {
        senders.sorted { $0.key < $1.key }.map(\.value).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}
