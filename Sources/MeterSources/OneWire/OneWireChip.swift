import MeterCore
import MeterIO
import MeterProtocols

/// A chip behind owserver.
struct OneWireChip: Sendable {
    private let device: OneWireDevice
    private let server: BusDevice

    init(_ device: OneWireDevice, _ server: BusDevice) {
        self.device = device
        self.server = server
    }

    /// Why a chip cannot be read.
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// Throws when the bus is one that owserver invents, as the configuration that Debian installs makes it do.
    func refuseInventions() async throws {
        let answer = try await ask(.read("/bus.0/interface/settings/name"), "its kind of bus")
        guard case .text(let name) = answer, name == "Simulated-Random" else { return }
        throw Failure(
            description: "owserver at \(server.bus.name) invents its devices: remove the line with FAKE from "
                + "/etc/owfs.conf, name the real adapter there (server: usb = all), and restart owserver"
        )
    }

    /// What one of its counters says now, and not what owserver remembers of it.
    func count(_ input: OneWireInput) async throws -> String {
        if case .text(let found) = try await ask(.read(path(input.property)), input.property) { return found }
        // Older versions call it so.
        return try await property("counters.\(input.rawValue)")
    }

    /// One of its properties.
    func property(_ name: String) async throws -> String {
        if case .text(let text) = try await ask(.read(path(name)), name) { return text }
        let found = try await found()
        guard !found.contains(device) else {
            throw Failure(description: "\(server.name) cannot be read at the moment: is its line too long, or loose?")
        }
        let there = found.map(\.description).joined(separator: ", ")
        throw Failure(
            description: "owserver at \(server.bus.name) has no \(device) on its bus; "
                + (there.isEmpty ? "it has neither counters nor thermometers" : "it has: \(there)")
        )
    }

    /// The counters and thermometers on its bus.
    func found() async throws(BusError) -> [OneWireDevice] {
        let answer = try await ask(.directory("/"), "the devices on its bus")
        guard case .text(let directory) = answer else { return [] }
        return OneWireDevice.list(directory)
    }

    private func path(_ name: String) -> String { "/uncached/\(device)/\(name)" }

    private func ask(_ question: OwserverQuestion, _ words: String) async throws(BusError) -> OwserverAnswer {
        let bytes = try await server.exchange(question.request, for: words) { bytes in
            switch OwserverAnswer.judge(bytes[...]) {
            case .incomplete: .incomplete
            case .pause(let count): .skip(count)
            case .complete(let count): .complete(count)
            case .wrong(let reason): .wrong(reason)
            }
        }
        return OwserverAnswer(bytes[...]) ?? .failed(0)
    }
}
