import MeterCore
import MeterIO
import MeterNotation
import MeterProtocols

/// A DS2423 counter or a DS18B20 thermometer behind owserver.
struct OneWireChip: Sendable {
    /// The chip's number, family and identifier.
    private let device: OneWireDevice
    /// The connection to owserver, with the chip as its device.
    private let server: BusDevice

    /// Names a chip; nothing is asked yet.
    init(_ device: OneWireDevice, _ server: BusDevice) {
        self.device = device
        self.server = server
    }

    /// A sentence why a chip cannot be read.
    struct Failure: Error, CustomStringConvertible {
        /// The sentence, with the remedy where one is known.
        var description: String

        /// Makes an error of a sentence.
        init(_ sentence: Phrase) { description = said(sentence) }
    }

    /// Throws when the bus is one that owserver invents, as in the configuration that Debian installs.
    ///
    /// A line with FAKE in `/etc/owfs.conf` gives random devices with random values, which look real.
    ///
    /// - Throws: `Failure` with the remedy, or `BusError` when owserver does not answer.
    func refuseInventions() async throws {
        let answer = try await ask(.read("/bus.0/interface/settings/name"), said("its kind of bus"))
        guard case .text(let name) = answer, name == "Simulated-Random" else { return }
        throw Failure(
            "owserver at \(server.bus.name) invents its devices: remove the line with FAKE from "
                + "/etc/owfs.conf, name the real adapter there (server: usb = all), and restart owserver"
        )
    }

    /// The text of one of its counters, read from the chip and not from owserver's cache.
    ///
    /// - Throws: `Failure` when the chip is not there or cannot be read, `BusError` when owserver does not answer.
    func count(_ input: OneWireInput) async throws -> String {
        if case .text(let found) = try await ask(.read(path(input.property)), input.property) { return found }
        // Older versions of owserver name the property like this.
        return try await property("counters.\(input.rawValue)")
    }

    /// The text of one of its properties, such as `temperature` in °C.
    ///
    /// - Throws: `Failure` that lists the chips that are there when this one is not, `BusError`.
    func property(_ name: String) async throws -> String {
        if case .text(let text) = try await ask(.read(path(name)), name) { return text }
        let found = try await found()
        guard !found.contains(device) else {
            throw Failure("\(server.name) cannot be read at the moment: is its line too long, or loose?")
        }
        let there = found.map(\.description).joined(separator: ", ")
        throw Failure(
            there.isEmpty
                ? "owserver at \(server.bus.name) has no \(device) on its bus; it has neither counters nor thermometers"
                : "owserver at \(server.bus.name) has no \(device) on its bus; it has: \(there)"
        )
    }

    /// The counters and thermometers on its bus; other families are left out.
    func found() async throws(BusError) -> [OneWireDevice] {
        let answer = try await ask(.directory("/"), said("the devices on its bus"))
        guard case .text(let directory) = answer else { return [] }
        return OneWireDevice.list(directory)
    }

    /// The path of a property; `/uncached` makes owserver ask the chip.
    private func path(_ name: String) -> String { "/uncached/\(device)/\(name)" }

    /// Puts a question, and waits over owserver's pauses for the answer.
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
