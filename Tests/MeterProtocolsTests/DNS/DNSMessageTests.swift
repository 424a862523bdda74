import Testing

@testable import MeterProtocols

/// What devices announce in the local network, byte by byte.
@Suite struct DNSMessageTests {
    private func name(_ text: String) -> [UInt8] {
        text.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }

    private func record(_ name: [UInt8], _ type: UInt8, _ data: [UInt8]) -> [UInt8] {
        name + [0, type, 0x80, 1, 0, 0, 0, 120, UInt8(data.count >> 8), UInt8(data.count & 0xFF)] + data
    }

    /// An answer without questions.
    private func answer(_ records: [[UInt8]], count: Int? = nil) -> [UInt8] {
        [0, 0, 0x84, 0, 0, 0, 0, UInt8(count ?? records.count), 0, 0, 0, 0] + records.flatMap { $0 }
    }

    @Test("a question has each service once")
    func question() {
        let bytes = DNSMessage.question(for: ["_shelly._tcp.local", "_enphase-envoy._tcp.local"])
        #expect(Array(bytes[..<12]) == [0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0])
        #expect(
            Array(bytes[12...]) == name("_shelly._tcp.local") + [0, 12, 0, 1] + name("_enphase-envoy._tcp.local") + [
                0, 12, 0, 1,
            ]
        )
        // A question is no answer.
        #expect(DNSMessage(bytes) == nil)
    }

    @Test("an answer tells its devices, by names that point to earlier ones")
    func whole() {
        // At 12 the service; at 40 the name of the device, whose rest points to it.
        let service = name("_enphase-envoy._tcp.local")
        let device: [UInt8] = [5] + Array("Envoy".utf8) + [0xC0, 12]
        let host = name("envoy.local")
        let bytes = answer([
            record(service, 12, device),
            record([0xC0, UInt8(12 + service.count + 10)], 33, [0, 0, 0, 0, 1, 0xBB] + host),
            record(host, 1, [192, 168, 1, 61]), record(host, 28, [UInt8](repeating: 0xFE, count: 16)),
        ])
        #expect(
            DNSMessage(bytes)?.devices == [
                DNSMessage.Device(service: "_enphase-envoy._tcp.local", name: "envoy._enphase-envoy._tcp.local")
            ]
        )
        for length in bytes.indices { #expect(DNSMessage(Array(bytes[..<length])) == nil) }
    }

    @Test(
        "names that point to themselves, ahead or in a circle, and labels without an end are none",
        arguments: [[0xC0, 12], [0xC0, 200], [1, 0x61, 0xC0, 12], [0x40, 0x61], [63, 0x61], [0xC0], []] as [[UInt8]]
    )
    func wrongNames(_ wrong: [UInt8]) {
        #expect(DNSMessage(answer([record(wrong, 1, [1, 2, 3, 4])])) == nil)
    }

    @Test("a name of any length made of pointers ends")
    func longNames() {
        // Each name is a label and points to the one before it.
        var bytes: [UInt8] = answer([])
        var before = bytes.count
        bytes += record(name("a"), 16, [])
        for _ in 0..<300 {
            let place = bytes.count
            bytes += record([1, 0x62, 0xC0 | UInt8(before >> 8), UInt8(before & 0xFF)], 16, [])
            before = place
        }
        (bytes[6], bytes[7]) = (1, 45)
        #expect(DNSMessage(bytes) == nil)
        #expect(DNSMessage(answer([], count: 200)) == nil)
    }

    @Test("any bytes are read without a fall")
    func anything() {
        var random = SystemRandomNumberGenerator()
        let good = answer([
            record(name("_shelly._tcp.local"), 12, [4] + Array("plug".utf8) + [0xC0, 12]),
            record(name("plug.local"), 1, [1, 2, 3, 4]),
        ])
        for _ in 0..<5000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = .random(in: 0...255, using: &random)
            }
            #expect(DNSMessage(bytes)?.devices.count ?? 0 <= 200)
        }
    }
}
