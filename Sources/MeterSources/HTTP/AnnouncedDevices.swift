import MeterCore
import MeterIO
import MeterProtocols

/// Devices that announce their web servers in the local network, as RFC 6762 says (mDNS), and are known by that.
struct AnnouncedDevices: Sendable {
    /// The services of which every device is worth a look.
    private static let own = ["_enphase-envoy._tcp.local", "_shelly._tcp.local", "_zendure._tcp.local"]
    /// The service of any web server, of which those are looked at whose name has one of the words.
    private static let any = "_http._tcp.local"
    private static let words = ["opendtu", "ahoy", "fronius", "envoy", "zendure", "shelly", "tasmota"]
    /// The words of switches and plugs, of which a home may have dozens: all else is looked at before them.
    private static let frequent = ["shelly", "tasmota"]
    private static let (group, port): (String, UInt16) = ("224.0.0.251", 5353)
    /// The devices that are looked at, 16, each of which may take half a minute.
    private static let most = 16
    /// The addresses that are noted, 256: as many as a network of a home has.
    private static let mostNoted = 256

    /// The addresses of the devices, and the first of the names that each told; a device may offer several services.
    private var senders: [String: String] = [:]

    /// Asks once in each network of this machine, and gathers answers for a while.
    ///
    /// - Returns: those that answered.
    /// - Throws: `SystemError` when nothing can be sent, `CancellationError`.
    static func find(for duration: Duration = .seconds(2)) async throws -> AnnouncedDevices {
        let socket = try DatagramSocket()
        let question = DNSMessage.question(for: own + [any])
        // From a port of our own, so that each answers to us alone.
        let asked = LocalNetwork.all().filter { network in
            socket.send(question, toGroup: group, port: port, from: network.address)
        }
        var devices = AnnouncedDevices()
        guard !asked.isEmpty else { return devices }
        let end = Uptime.now + duration
        while Uptime.now < end {
            try await EventLoop.main.waitUntilReadable(socket.descriptor, until: end)
            while Uptime.now < end, let datagram = socket.receive(atMost: 9000) {
                if let message = DNSMessage(datagram.bytes) { devices.note(message, from: datagram.sender) }
            }
        }
        return devices
    }

    /// Notes what an answer says; a device answers for itself, whatever address it may tell.
    mutating func note(_ message: DNSMessage, from sender: String) {
        for device in message.devices where Self.isKnown(device) {
            guard let known = senders[sender] else {
                if senders.count < Self.mostNoted { senders[sender] = device.name }
                continue
            }
            senders[sender] = min(known, device.name)
        }
    }

    /// True for a device that is worth a look.
    private static func isKnown(_ device: DNSMessage.Device) -> Bool {
        own.contains(device.service) || device.service == any && words.contains { device.name.contains($0) }
    }

    /// The addresses to look at: in the order of their names, what a home has few of first.
    var found: [String] { Array(sorted.prefix(Self.most)) }

    /// The addresses of the others.
    var leftOut: [String] { Array(sorted.dropFirst(Self.most)) }

    private var sorted: [String] {
        func isFrequent(_ name: String) -> Bool { Self.frequent.contains { name.contains($0) } }
        return senders.map { (isFrequent: isFrequent($0.value), name: $0.value, address: $0.key) }
            .sorted { one, other in
                one.isFrequent != other.isFrequent
                    ? other.isFrequent : (one.name, one.address) < (other.name, other.address)
            }
            .map(\.address)
    }
}
