import Foundation
import MeterCore
import Testing

@testable import MeterSources

/// Devices that python-zeroconf announces on `lo`, see Tests/peers/announced.py.
@Suite(
    .mayBlock,
    .timeLimit(.minutes(5)),
    .serialized,
    .enabled(if: PythonPeer.isThere, "Tests/peers/setup makes the peers")
)
struct AnnouncementTests {
    @Test(
        "a device that announces itself is found where it answers from, and any other web server is left alone",
        arguments: [
            ("_enphase-envoy._tcp", "envoy", true), ("_shelly._tcp", "shellyplug-s-1234", true),
            ("_http._tcp", "OpenDTU-9f01a4", true), ("_http._tcp", "printer", false),
        ]
    )
    func found(_ service: String, _ name: String, _ isKnown: Bool) async throws {
        MainLoop.start()
        let device = try Peer([PythonPeer.python, PythonPeer.script("announced.py"), service, name])
        try #require(device.line() == "announced")
        var hosts = try await AnnouncedDevices.find(for: .seconds(1)).found
        // A busy machine may answer later.
        for _ in 0..<20 where isKnown && hosts.isEmpty {
            hosts = try await AnnouncedDevices.find(for: .seconds(1)).found
        }
        #expect(hosts.contains("127.0.0.1") == isKnown && !hosts.contains("198.51.100.7"), "\(hosts)")
        _ = device.identifier
    }

    @Test("without any device nothing is found, and nothing is wrong")
    func nobody() async throws {
        MainLoop.start()
        #expect(try await !AnnouncedDevices.find(for: .milliseconds(300)).found.contains("127.0.0.1"))
    }
}
