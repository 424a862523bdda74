public import MeterCore
import MeterIO
import MeterNotation
import MeterProtocols

extension ModbusSource: ProbeableSource {
    /// One way for a gateway; on a serial line one for each format, the likely ones or all.
    public static func probes(of place: ProbePlace, _ scope: ProbeScope) -> [any MeterProbe] {
        guard case .line(let place) = place else { return [] }
        return switch place {
        case .network: [ModbusProbe(place: place, format: nil, scope: scope)]
        case .serial:
            (scope.isThorough ? ModbusProbe.allFormats : ModbusProbe.likelyFormats).map { format in
                ModbusProbe(place: place, format: format, scope: scope)
            }
        }
    }
}

/// Asks the units of a line or behind a gateway for two registers; a device that answers or refuses is there.
struct ModbusProbe: MeterProbe {
    /// The formats that meters have from the factory, the most frequent first.
    static let likelyFormats = [
        SerialSettings(baud: 9600), SerialSettings(baud: 19_200, parity: .even),
        SerialSettings(baud: 9600, parity: .even),
        SerialSettings(baud: 19_200), SerialSettings(baud: 2400), SerialSettings(baud: 38_400),
    ]
    /// The likely formats, then each usual speed from 1200 to 115 200 Bd with no, even and odd parity.
    static let allFormats =
        likelyFormats
        + [9600, 19_200, 38_400, 2400, 4800, 1200, 57_600, 115_200].flatMap { baud in
            [SerialSettings.Parity.none, .even, .odd].map { SerialSettings(baud: baud, parity: $0) }
        }.filter { !likelyFormats.contains($0) }

    /// The line or the address in the network.
    let place: BusPlace
    /// The format of the serial line; `nil` for Modbus TCP.
    let format: SerialSettings?
    /// The limits of the search: units, timeout, thoroughness.
    let scope: ProbeScope

    /// The numbers above 10 that devices in the network have from the factory: gateways and Sunny Boys 255 and 126,
    /// Kostal 71, GX of Victron 100, the meter of a Fronius 240 or 200, GoodWe 247 and 127, a Huawei in its own Wi-Fi 0.
    private static let networkUnits: [UInt8] = [255, 126, 71, 100, 240, 200, 247, 127, 0]
    /// A number that no device has from the factory: what answers to it answers to any.
    private static let nobody: UInt8 = 214

    /// The unit numbers to ask: those of the scope, or 1 to 10, thorough 1 to 247; by TCP also `networkUnits`.
    private var units: [UInt8] {
        guard scope.units.isEmpty else { return scope.units }
        let first = Array(UInt8(1)...(scope.isThorough ? 247 : 10))
        return format == nil ? first + Self.networkUnits.filter { !first.contains($0) } : first
    }
    /// The way in words, for titles and remarks.
    private var way: String { format.map { said("at \($0)") } ?? "TCP" }
    /// The time to wait for an answer, 2 s at least behind a gateway, which says only after a while that none came.
    private var timeout: Duration { format == nil ? max(scope.timeout, .seconds(2)) : scope.timeout }
    /// The title for the person who waits.
    var title: String { said("Modbus \(way), units \(Self.text(units))") }
    /// RS485, where other protocols may follow, or the network.
    var wire: ProbeWire { format == nil ? .network : .rs485 }
    /// The tables asked one after the other until something comes; most devices refuse what they do not have.
    private var tables: [ModbusTable] { scope.isThorough ? [.holdingRegisters, .inputRegisters] : [.holdingRegisters] }
    /// The time it takes when nobody answers.
    var longest: Duration { scope.longest(units.count * tables.count, timeout, baud: format?.baud) }

    /// Numbers as a person lists them: `1 to 10, 255`.
    static func text(_ units: [UInt8]) -> String {
        var runs: [ClosedRange<UInt8>] = []
        for unit in units {
            if let last = runs.last, last.upperBound < 255, unit == last.upperBound + 1 {
                runs[runs.count - 1] = last.lowerBound...unit
            } else {
                runs.append(unit...unit)
            }
        }
        return runs.map { $0.count == 1 ? "\($0.lowerBound)" : said("\($0.lowerBound) to \($0.upperBound)") }
            .joined(separator: ", ")
    }

    /// Asks each unit that is not known yet, and notes those that are there.
    func look(_ notes: ProbeNotes) async throws {
        if notes.hasAny(of: ModbusSource.type), !scope.isThorough { return }
        var isFirst = true
        var everywhere: ProbeFinding??
        for (count, unit) in units.enumerated() where !notes.has("\(ModbusSource.type) \(unit)") {
            notes.advance(Double(count) / Double(units.count))
            guard try await isThere(unit, notes) else { continue }
            let finding = try await ModbusIdentity(place, format, unit, timeout).finding()
            // Many devices in the network answer whatever number they are called by, some without saying who they are.
            var isKnown = notes.all.findings.contains { $0.isSame(as: finding) }
            if format == nil, !isFirst, !isKnown, notes.all.findings.contains(where: { $0.isLike(finding) }) {
                let anybody: ProbeFinding?
                if let everywhere { anybody = everywhere } else { anybody = try await findingOfNobody(notes) }
                everywhere = .some(anybody)
                isKnown = anybody?.isLike(finding) == true
            }
            if format == nil, !isFirst, isKnown {
                notes.remark(said("\(place) also answers as other units than the one shown, and is the same device"))
                continue
            }
            isFirst = false
            notes.found(finding)
        }
    }

    /// The device that answers as a unit that nobody has; `nil` when none does.
    private func findingOfNobody(_ notes: ProbeNotes) async throws -> ProbeFinding? {
        guard try await isThere(Self.nobody, notes) else { return nil }
        return try await ModbusIdentity(place, format, Self.nobody, timeout).finding()
    }

    /// True when a unit answers or refuses; noise is remarked and counts as nobody.
    private func isThere(_ unit: UInt8, _ notes: ProbeNotes) async throws -> Bool {
        for table in tables {
            let link = try await ModbusLink(place, unit, format, timeout: timeout, tries: 1)
            do {
                _ = try await link.ask(.read(ModbusSpan(table, at: 0, count: 2)))
                return true
            } catch ModbusError.refused(let exception) {
                // Codes 10 and 11 are a gateway's: nobody is behind it.
                if exception.code != 10, exception.code != 11 { return true }
            } catch let trouble as ModbusTrouble where !trouble.isSilent {
                notes.remark(
                    said(
                        "something answers as unit \(unit) \(way) on \(place), but not readably: have two devices this "
                            + "number, or is the speed or the parity another one?"
                    )
                )
            } catch is ModbusTrouble {
                continue
            }
        }
        return false
    }
}

extension ProbeFinding {
    /// True when another finding is the same device under another number; only where it told its identity.
    fileprivate func isSame(as other: ProbeFinding) -> Bool { identity != nil && identity == other.identity }

    /// True when neither tells its identity and the blocks of both differ in nothing but the unit.
    fileprivate func isLike(_ other: ProbeFinding) -> Bool {
        func settings(_ finding: ProbeFinding) -> [String] {
            finding.lines.filter { $0.key != "unit" }.map { "\($0.key) = \($0.value)" }
        }
        return identity == nil && other.identity == nil && name == other.name && settings(self) == settings(other)
            && tables == other.tables
    }
}

extension ModbusLink {
    /// Makes the way to a device of which nothing is known yet: one request at a time, without rests.
    ///
    /// - Parameters:
    ///   - place: the line or the address in the network.
    ///   - unit: the number on the line or gateway.
    ///   - format: of the serial line, `nil` for Modbus TCP.
    ///   - timeout: for an answer.
    ///   - tries: of each request, 1 or more.
    /// - Throws: `SerialError` when the line cannot be opened.
    convenience init(
        _ place: BusPlace,
        _ unit: UInt8,
        _ format: SerialSettings?,
        timeout: Duration,
        tries: Int
    ) async throws {
        let settings = BusSettings(
            format: format ?? SerialSettings(baud: 115_200),
            timeout: timeout,
            pause: max(format.map { RTUFrame.silence(baud: $0.baud) } ?? .zero, .milliseconds(20)),
            tries: tries,
            longestRest: .zero,
            mark: format == nil ? .request : .device(Int(unit)),
            latest: timeout,
            // Inverters' loggers drop a connection that is used at once.
            settling: format == nil ? .milliseconds(1500) : .zero
        )
        let bus = try await place.bus(settings.format)
        self.init(
            bus.device(said("unit \(unit)"), settings),
            unit: unit,
            framing: format == nil ? .tcp : .rtu,
            tries: tries,
            isBelieved: true
        )
    }
}
