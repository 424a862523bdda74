public import MeterCore
import MeterIO
import MeterProtocols

extension AuroraSource: ProbeableSource {
    public static func probes(of place: ProbePlace, _ scope: ProbeScope) -> [any MeterProbe] {
        guard case .line(let place) = place else { return [] }
        switch place {
        case .serial: break
        case .network(let address) where address.port != NetworkAddress.modbusPort:
            return [AuroraProbe(place: place, baud: 19_200, scope: scope)]
        case .network: return []
        }
        let speeds = scope.isThorough ? [19_200, 9600, 4800, 2400] : [19_200, 9600]
        return speeds.map { AuroraProbe(place: place, baud: $0, scope: scope) }
    }
}

/// Asks for the state of the inverters of a line.
struct AuroraProbe: MeterProbe {
    let place: BusPlace
    let baud: Int
    let scope: ProbeScope

    private var addresses: ClosedRange<UInt8> { scope.isThorough ? 2...63 : 2...10 }
    private var way: String { place.isFar ? "behind a gateway" : "at \(format)" }
    private var format: SerialSettings { SerialSettings(baud: baud) }
    var title: String { "Aurora \(way), addresses \(addresses.lowerBound) to \(addresses.upperBound)" }
    let wire = ProbeWire.rs485
    private var timeout: Duration { scope.timeout + (place.isFar ? .milliseconds(700) : .zero) }
    var longest: Duration { scope.longest(addresses.count, timeout, baud: baud) }

    func look(_ notes: ProbeNotes) async throws {
        if notes.hasAny(of: AuroraSource.type), !scope.isThorough { return }
        for address in addresses where !notes.has(key(address)) {
            notes.advance(Double(address - addresses.lowerBound) / Double(addresses.count))
            guard try await ask(.state, of: address, tries: 1) != nil else { continue }
            notes.found(try await finding(address))
        }
    }

    private func key(_ address: UInt8) -> String { "\(AuroraSource.type) \(address)" }

    private func finding(_ address: UInt8) async throws -> ProbeFinding {
        var texts: [String] = []
        for question in [AuroraQuestion.version, .partNumber, .serialNumber] {
            guard case .text(let text)? = try await ask(question, of: address, tries: 2) else { continue }
            switch question {
            case .version: texts.append("\(AuroraModel(letters: text))")
            case .serialNumber: texts.append("no. \(text)")
            default: texts.append(text)
            }
        }
        let what = (["Aurora inverter"] + texts).joined(separator: ", ")
        return ProbeFinding(
            "\(what); address \(address) \(way)",
            key: key(address),
            name: "onduleur",
            place.lines(usualPort: 0) + [.number("address", Int(address)), .number("speed", baud)]
        )
    }

    /// - Returns: `nil` when no answer came.
    private func ask(_ question: AuroraQuestion, of address: UInt8, tries: Int) async throws -> AuroraAnswer? {
        let device = try place.bus(format).device(
            "inverter \(address)",
            BusSettings(format: format, timeout: timeout, pause: .milliseconds(20), tries: tries)
        )
        do throws(BusError) {
            return try await AuroraSource.ask(question, device, address)
        } catch {
            guard error.reason == .lineLost || error.reason == .cancelled else { return nil }
            throw error
        }
    }
}
