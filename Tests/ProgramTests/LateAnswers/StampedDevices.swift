import Logging
import MeterCore
import MeterProtocols
import Synchronization
import Testing

@testable import MeterIO
@testable import MeterSources

/// A device whose values say which value they are and when they were read, see `Tests/peers/late_devices.py`.
protocol StampedDevice: Sendable {
    /// The fields that it has, and the number of each.
    var numbers: [String: Int] { get }
    /// Those that each of its readings has.
    var usual: [String] { get }

    /// Reads it once, as its source does at each slot.
    func round() async throws -> StampedRound
    /// True when a value that has no number of its own is one that the device may have.
    func isTrue(_ field: String, _ value: Double, at uptime: Uptime) -> Bool
    /// The number and the time in ms that a value tells, and the span of ms after which the time begins anew.
    func stamp(_ field: String, _ value: Double) -> (number: Int, milliseconds: Int64, span: Int64)?
}

/// The end of one reading.
enum StampedRound {
    case values([Point])
    case nothing(String)
    /// It was not asked: it had not answered for a while.
    case resting
}

extension StampedDevice {
    static func context(_ name: String) -> SourceContext {
        SourceContext(name: name, tags: [], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    static func settings(_ line: LateLines.Line, _ own: String) -> ConfigSection {
        let text = "\(line.settings)\ntimeout = \"\(LateLines.timeout)ms\"\n\(own)"
        let document = ConfigDocument(text: text, file: "test.toml")
        return document.root
    }

    func isTrue(_ field: String, _ value: Double, at uptime: Uptime) -> Bool { false }

    func stamp(_ field: String, _ value: Double) -> (number: Int, milliseconds: Int64, span: Int64)? {
        guard let whole = Int64(exactly: value), whole >= 0 else { return nil }
        return (Int(whole >> 24), whole & 0xFF_FFFF, 1 << 24)
    }
}

extension BusSettings {
    /// The same with rests of a tenth of the line at most, so that a seed is not waited for.
    fileprivate var restless: BusSettings {
        var settings = self
        settings.longestRest = .zero
        return settings
    }
}

/// A Modbus device with a list of registers.
struct StampedModbus: StampedDevice {
    let numbers: [String: Int]
    let usual: [String]
    private let reader: any ModbusReader
    private let link: ModbusLink

    init(_ line: LateLines.Line, _ place: Int) async throws {
        let unit = place + 1
        let names = (0..<line.values).map { "r\($0)" }
        numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, 16 * unit + $0) })
        usual = names
        let registers = names.enumerated().map { "\($1) = { address = \(110 + 100 * $0), type = \"uint32\" }" }
        let settings = ModbusSettings(
            settings: Self.settings(
                line,
                "unit = \(unit)\npause = \"0s\"\nspeed = 115200\nregisters = { \(registers.joined(separator: ", ")) }"
            )
        )
        reader = settings.reader(Self.context("modbus\(unit)"))
        let device = try await settings.place.bus(settings.format).device("unit \(unit)", settings.bus.restless)
        link = ModbusLink(device, unit: UInt8(unit), framing: settings.framing, tries: settings.retries + 1)
    }

    func round() async throws -> StampedRound {
        do {
            return .values(try await reader.read(link))
        } catch let silence as ModbusTrouble {
            if silence.isResting { return .resting }
            await reader.forget()
            return .nothing("\(silence)")
        } catch let refusal as ModbusError {
            await reader.forget()
            return .nothing("\(refusal)")
        }
    }
}

/// An inverter.
struct StampedAurora: StampedDevice {
    /// The fields in the order of the measures' numbers.
    private static let fields = ["v", "a", "w", "hz", "temp_c", "vdc1", "adc1", "vdc2", "adc2", "riso_mohm"]

    let numbers: [String: Int]
    let usual: [String]
    private let context: SourceContext
    private let inverter: AuroraInverter
    private let device: BusDevice
    private let address: UInt8

    init(_ line: LateLines.Line, _ place: Int) async throws {
        address = UInt8(2 + place)
        numbers = Dictionary(uniqueKeysWithValues: Self.fields.enumerated().map { ($1, 12 * place + $0) })
        // The first value of a register waits for the second, and most rounds go without details.
        usual = ["w", "state", "alarm"]
        let settings = AuroraSettings(settings: Self.settings(line, "address = \(address)\npause = \"0s\""))
        context = Self.context("aurora\(address)")
        inverter = AuroraInverter(settings, context: context)
        device = try await settings.place.bus(settings.bus.format).device("inverter \(address)", settings.bus.restless)
    }

    func round() async throws -> StampedRound {
        if device.state.withLock({ $0.rest.left(at: .now) != nil }) { return .resting }
        // The first one, and every sixth after it on a line that is well.
        let isWhole = device.counts.requests % 5 == 0
        let points = try await inverter.round(
            at: .now(),
            monotonic: .now,
            wants: { _ in isWhole },
            doubts: { [device] in device.doubts }
        ) {
            [device, address] question throws(BusError) in
            try await AuroraSource.ask(question, device, address)
        }
        return points.isEmpty ? .nothing(context.status.snapshot.lastError ?? "no point") : .values(points)
    }

    /// The register grows by 1 Wh in ten seconds.
    func isTrue(_ field: String, _ value: Double, at uptime: Uptime) -> Bool {
        let grown = Double(uptime.nanoseconds / 10_000_000_000)
        return switch field {
        case "wh": (-1...0).contains(value - Double(address) * 10_000_000 - grown)
        case "state": value == 6
        case "alarm": value == 0
        default: false
        }
    }

    func stamp(_ field: String, _ value: Double) -> (number: Int, milliseconds: Int64, span: Int64)? {
        let base = field == "w" ? 1005.0 : 5
        guard let steps = Int64(exactly: ((value - base) * 1000).rounded()), (0..<60_000).contains(steps) else {
            return nil
        }
        return (Int(steps / 2500), steps % 2500 * 20, 50_000)
    }
}

/// An M-Bus meter.
struct StampedMBus: StampedDevice {
    let numbers: [String: Int]
    let usual: [String]
    private let readout: MBusReadout
    private let reader: MBusReader

    init(_ line: LateLines.Line, _ place: Int) async throws {
        let address = place + 1
        let names = (0..<line.values).map { "p\($0)" }
        numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, 16 * address + $0) })
        usual = names
        let fields = names.enumerated().map { "\($1) = \"power\($0 > 0 ? " tariff \($0)" : "") in W\"" }
        let settings = MBusSettings(
            settings: Self.settings(
                line,
                "address = \(address)\nbaud = 38400\nrole = \"other\"\nfields = { \(fields.joined(separator: ", ")) }"
            )
        )
        let bus = try await Bus.serial(at: line.place, format: settings.bus.format)
        let device = bus.device("meter \(address)", settings.bus.restless)
        readout = MBusReadout(device: device, address: settings.address) {}
        reader = MBusReader(settings, context: Self.context("mbus\(address)"))
    }

    func round() async throws -> StampedRound {
        do {
            // None of its fields is a register, so that a first reading needs no other to confirm it.
            var reader = reader
            let telegrams = try await readout.read()
            return reader.take(telegrams, at: .now).map { .values([$0.point]) } ?? .nothing("a first reading")
        } catch let error as BusError where error.reason == .lineLost || error.reason == .cancelled {
            throw error
        } catch let error as BusError {
            if case .resting = error.reason { return .resting }
            return .nothing("\(error)")
        } catch {
            return .nothing("\(error)")
        }
    }
}
