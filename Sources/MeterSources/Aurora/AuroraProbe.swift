public import MeterCore
import MeterIO
import MeterNotation
import MeterProtocols

extension AuroraSource: ProbeableSource {
    /// One way for each speed; none for a Modbus gateway, which speaks no Aurora.
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

/// Asks the addresses of a line for the state of an inverter.
struct AuroraProbe: MeterProbe {
    /// The line or the address of a converter.
    let place: BusPlace
    /// The speed in Bd; 19 200 is that of the factory.
    let baud: Int
    /// The limits of the search: timeout and thoroughness.
    let scope: ProbeScope

    /// The addresses asked: 2 to 10, thorough 2 to 63, which are all.
    private var addresses: ClosedRange<UInt8> { scope.isThorough ? 2...63 : 2...10 }
    /// The way in words, for titles and remarks.
    private var way: String { place.isFar ? said("behind a gateway") : said("at \(format)") }
    /// The format 8N1 at the speed.
    private var format: SerialSettings { SerialSettings(baud: baud) }
    /// The title for the person who waits.
    var title: String { said("Aurora \(way), addresses \(addresses.lowerBound) to \(addresses.upperBound)") }
    /// RS485, where other protocols may follow.
    let wire = ProbeWire.rs485
    /// The time to wait for an answer, 0.7 s longer behind a converter.
    private var timeout: Duration { scope.timeout + (place.isFar ? .milliseconds(700) : .zero) }
    /// The time it takes when nobody answers.
    var longest: Duration { scope.longest(addresses.count, timeout, baud: baud) }

    /// Asks each address that is not known yet, and notes those that answer.
    func look(_ notes: ProbeNotes) async throws {
        if notes.hasAny(of: AuroraSource.type), !scope.isThorough { return }
        for address in addresses where !notes.has(key(address)) {
            notes.advance(Double(address - addresses.lowerBound) / Double(addresses.count))
            guard try await ask(.state, of: address, tries: 1) != nil else { continue }
            notes.found(try await finding(address))
        }
    }

    /// The key of an inverter among the findings.
    private func key(_ address: UInt8) -> String { "\(AuroraSource.type) \(address)" }

    /// The inverter with its model, part number and serial number, as far as it tells them.
    private func finding(_ address: UInt8) async throws -> ProbeFinding {
        var texts: [String] = []
        for question in [AuroraQuestion.version, .partNumber, .serialNumber] {
            guard case .text(let text)? = try await ask(question, of: address, tries: 2) else { continue }
            switch question {
            case .version: texts.append("\(AuroraModel(letters: text))")
            case .serialNumber: texts.append(said("no. \(text)"))
            default: texts.append(text)
            }
        }
        let what = ([said("Aurora inverter")] + texts).joined(separator: ", ")
        return ProbeFinding(
            "\(what); address \(address) \(way)",
            key: key(address),
            name: "onduleur",
            place.lines(usualPort: 0) + [.number("address", Int(address)), .number("speed", baud)]
        )
    }

    /// Puts a question.
    ///
    /// - Parameters:
    ///   - question: to be put.
    ///   - address: of the inverter, 2 to 63.
    ///   - tries: the number of times it is put, 1 or more.
    /// - Returns: `nil` when no answer came.
    /// - Throws: `BusError` when the line is lost or the task is cancelled.
    private func ask(_ question: AuroraQuestion, of address: UInt8, tries: Int) async throws -> AuroraAnswer? {
        let device = try await place.bus(format).device(
            said("inverter \(address)"),
            BusSettings(
                format: format,
                timeout: timeout,
                pause: .milliseconds(20),
                tries: tries,
                // Most addresses are nobody's, and nothing comes of them later.
                latest: timeout
            )
        )
        do throws(BusError) {
            return try await AuroraSource.ask(question, device, address)
        } catch {
            guard error.reason == .lineLost || error.reason == .cancelled else { return nil }
            throw error
        }
    }
}
