public import MeterCore
import MeterIO
import MeterNotation
import MeterProtocols

extension OneWireSource: ProbeableSource {
    /// The address at which owserver listens by default: port 4304 of this machine.
    public static let server = NetworkAddress(host: "127.0.0.1", port: 4304)

    /// One way, and only among the neighbours: the bus is owserver's, not a line to be opened here.
    public static func probes(of place: ProbePlace, _ scope: ProbeScope) -> [any MeterProbe] {
        guard case .neighbours = place else { return [] }
        return [OneWireProbe()]
    }
}

/// Asks owserver of this machine for its chips.
struct OneWireProbe: MeterProbe {
    /// The title for the person who waits.
    let title = said("1-Wire at owserver, \(OneWireSource.server)")
    /// The connection is over the network, even on this machine.
    let wire = ProbeWire.network
    /// The longest time that it takes, 5 s.
    let longest = Duration.seconds(5)

    /// Notes each chip as a finding; a machine without owserver is nothing to remark.
    ///
    /// - Throws: `BusError` when cancelled.
    func look(_ notes: ProbeNotes) async throws {
        let line = BusSettings(
            format: SerialSettings(baud: 115_200),
            timeout: .seconds(5),
            pause: .zero,
            tries: 1,
            longestRest: .zero,
            mark: .connection
        )
        let bus = Bus.network(OneWireSource.server)
        func chip(_ device: OneWireDevice) -> OneWireChip {
            OneWireChip(device, bus.device("\(device)", line))
        }
        do {
            let devices = try await chip(.unknown).found()
            try await chip(.unknown).refuseInventions()
            for device in devices {
                switch device.family {
                case .counter: try await note(device, chip(device), notes)
                case .thermometer: notes.found(try await thermometer(device, chip(device)))
                }
            }
        } catch let error as BusError {
            guard error.reason != .cancelled else { throw error }
            // Most boxes have no owserver, so a refused connection is not remarked.
            if error.reason != .lineLost { notes.remark("\(error)") }
        } catch let failure as OneWireChip.Failure {
            notes.remark("\(failure)")
        }
    }

    /// Notes the counters of a chip that have counted something, or the first.
    private func note(_ device: OneWireDevice, _ chip: OneWireChip, _ notes: ProbeNotes) async throws {
        var counts: [(input: OneWireInput, count: UInt32)] = []
        for input in OneWireInput.allCases {
            counts.append((input, try input.count(in: try await chip.count(input), of: device)))
        }
        let used = counts.filter { $0.count > 0 }
        for (input, count) in used.isEmpty ? Array(counts.prefix(1)) : used {
            notes.found(
                ProbeFinding(
                    "1-Wire counter \(device), input \(input.rawValue), which has counted \(count) pulses",
                    key: "\(OneWireSource.type) \(device) \(input.rawValue)",
                    name: "compteur",
                    [.text("sensor", device.description), .text("counter", input.rawValue)] + ProbeFinding.Line.pulses
                )
            )
        }
    }

    /// A thermometer as a finding, with its present temperature when it can be read.
    private func thermometer(_ device: OneWireDevice, _ chip: OneWireChip) async throws -> ProbeFinding {
        let celsius = OneWireValue.celsius(try await chip.property("temperature"))
        return ProbeFinding(
            celsius.map { "1-Wire thermometer \(device), \($0) °C" } ?? "1-Wire thermometer \(device)",
            key: "\(OneWireSource.type) \(device)",
            name: "temperature",
            [.text("sensor", device.description)]
        )
    }
}

extension ProbeFinding.Line {
    /// The lines that a person completes: a counter does not tell the meter that it counts.
    static let pulses = [
        text("role", "water", "or gas, consumption, production: what it counts"),
        number("pulses_per_m3", 1000, "printed on the meter; pulses_per_kwh for electricity"),
    ]
}
