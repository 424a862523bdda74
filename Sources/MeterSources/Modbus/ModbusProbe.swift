public import MeterCore
import MeterIO
import MeterProtocols

extension ModbusSource: ProbeableSource {
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

/// Asks the units of a line, or behind a gateway, for two registers; who answers, or refuses, is there.
struct ModbusProbe: MeterProbe {
    /// What meters have from the factory, the most frequent first.
    static let likelyFormats = [
        SerialSettings(baud: 9600), SerialSettings(baud: 19_200, parity: .even),
        SerialSettings(baud: 9600, parity: .even),
        SerialSettings(baud: 19_200), SerialSettings(baud: 2400), SerialSettings(baud: 38_400),
    ]
    static let allFormats =
        likelyFormats
        + [9600, 19_200, 38_400, 2400, 4800, 1200, 57_600, 115_200].flatMap { baud in
            [SerialSettings.Parity.none, .even, .odd].map { SerialSettings(baud: baud, parity: $0) }
        }.filter { !likelyFormats.contains($0) }

    let place: BusPlace
    /// `nil` for Modbus TCP.
    let format: SerialSettings?
    let scope: ProbeScope

    private var units: [UInt8] {
        scope.units.isEmpty ? Array(1...(scope.isThorough ? 247 : 10)) + (format == nil ? [255] : []) : scope.units
    }
    private var way: String { format.map { "at \($0)" } ?? "TCP" }
    /// A gateway that gets no answer says so only after a while.
    private var timeout: Duration { format == nil ? max(scope.timeout, .seconds(2)) : scope.timeout }
    var title: String { "Modbus \(way), units \(Self.text(units))" }
    var wire: ProbeWire { format == nil ? .network : .rs485 }
    /// Asked for one after the other until something comes; most devices refuse what they do not have.
    private var tables: [ModbusTable] { scope.isThorough ? [.holdingRegisters, .inputRegisters] : [.holdingRegisters] }
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
        return runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound) to \($0.upperBound)" }
            .joined(separator: ", ")
    }

    func look(_ notes: ProbeNotes) async throws {
        if notes.hasAny(of: ModbusSource.type), !scope.isThorough { return }
        var isFirst = true
        for (count, unit) in units.enumerated() where !notes.has("\(ModbusSource.type) \(unit)") {
            notes.advance(Double(count) / Double(units.count))
            guard try await isThere(unit, notes) else { continue }
            let finding = try await ModbusIdentity(place, format, unit, timeout).finding()
            // Many a device in the network answers whatever number it is called by.
            if format == nil, !isFirst, notes.all.findings.contains(where: { $0.isSame(as: finding) }) {
                notes.remark("\(place) also answers as other units than the one shown, and is the same device")
                continue
            }
            isFirst = false
            notes.found(finding)
        }
    }

    private func isThere(_ unit: UInt8, _ notes: ProbeNotes) async throws -> Bool {
        for table in tables {
            let link = try ModbusLink(place, unit, format, timeout: timeout, tries: 1)
            do {
                _ = try await link.ask(.read(ModbusSpan(table, at: 0, count: 2)))
                return true
            } catch ModbusError.refused(let exception) {
                // What a gateway says when nobody is behind it.
                if exception.code != 10, exception.code != 11 { return true }
            } catch let trouble as ModbusTrouble where !trouble.isSilent {
                notes.remark(
                    "something answers as unit \(unit) \(way) on \(place), but not readably: have two devices this "
                        + "number, or is the speed or the parity another one?"
                )
            } catch is ModbusTrouble {
                continue
            }
        }
        return false
    }
}

extension ProbeFinding {
    /// Whether another finding is the same device under another number; only where it told who it is.
    fileprivate func isSame(as other: ProbeFinding) -> Bool { identity != nil && identity == other.identity }
}

extension ModbusLink {
    /// The way to a device of which nothing is known yet.
    convenience init(
        _ place: BusPlace,
        _ unit: UInt8,
        _ format: SerialSettings?,
        timeout: Duration,
        tries: Int
    ) throws(SerialError) {
        let settings = BusSettings(
            format: format ?? SerialSettings(baud: 115_200),
            timeout: timeout,
            pause: max(format.map { RTUFrame.silence(baud: $0.baud) } ?? .zero, .milliseconds(20)),
            tries: 1,
            longestRest: .zero
        )
        let bus = try place.bus(settings.format)
        self.init(bus.device("unit \(unit)", settings), unit: unit, framing: format == nil ? .tcp : .rtu, tries: tries)
    }
}
