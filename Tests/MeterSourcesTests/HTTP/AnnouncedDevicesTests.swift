import MeterProtocols
import Testing

@testable import MeterSources

/// Which of the devices that announce themselves are looked at, and in which order.
@Suite struct AnnouncedDevicesTests {
    /// An answer that names a device of a service.
    private func answer(_ service: String, _ name: String) throws -> DNSMessage {
        func labels(_ text: String) -> [UInt8] {
            text.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
        }
        let data = labels("\(name).\(service).local")
        let record = labels("\(service).local") + [0, 12, 0, 1, 0, 0, 0, 120, 0, UInt8(data.count)] + data
        return try #require(DNSMessage([0, 0, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0] + record))
    }

    @Test("a house full of plugs that each announce two services hides no inverter, and what is left out is told")
    func order() throws {
        var devices = AnnouncedDevices()
        for number in 1...20 {
            for service in ["_http._tcp", "_shelly._tcp"] {
                devices.note(try answer(service, "shellyplug-\(100 + number)"), from: "192.168.1.\(100 + number)")
            }
        }
        devices.note(try answer("_http._tcp", "printer"), from: "192.168.1.7")
        for (service, name, host) in [
            ("_enphase-envoy._tcp", "envoy", 2), ("_http._tcp", "OpenDTU-9f01a4", 3), ("_zendure._tcp", "zendure-x", 4),
            ("_http._tcp", "fronius-gen24", 5),
        ] {
            devices.note(try answer(service, name), from: "192.168.1.\(host)")
        }
        #expect(devices.found == [2, 5, 3, 4].map { "192.168.1.\($0)" } + (101...112).map { "192.168.1.\($0)" })
        #expect(devices.leftOut == (113...120).map { "192.168.1.\($0)" })
    }

    @Test("a network that answers without end is noted within bounds")
    func bounds() throws {
        var devices = AnnouncedDevices()
        for number in 0..<1000 { devices.note(try answer("_shelly._tcp", "s\(number)"), from: "10.0.0.\(number)") }
        #expect(devices.found.count + devices.leftOut.count == 256)
    }
}
