import Logging
import MeterCore
import MeterProtocols
import Synchronization

@testable import MeterSources

/// A device with registers, as a text says: `32064 i32 3456; 30000 text SUN2000`, each an address, a type and a value.
///
/// What has no register is 0, as in most devices.
final class RegisterDevice: ModbusAsking {
    struct State {
        var words: [Int: UInt16] = [:]
        /// Addresses that are refused.
        var refused: Set<Int> = []
        /// All registers have this value instead.
        var flood: UInt16?
        var asked: [ModbusSpan] = []
        var seconds: Int64 = 1_750_000_000
    }

    let state: Mutex<State>

    init(_ text: String, isLowFirst: Bool) {
        var state = State()
        for (address, word) in Self.words(text, isLowFirst: isLowFirst) { state.words[address] = word }
        self.state = Mutex(state)
    }

    /// The registers of a text: an encoder of the tests' own.
    static func words(_ text: String, isLowFirst: Bool) -> [(Int, UInt16)] {
        text.split { $0 == ";" || $0 == "\n" }.flatMap { entry -> [(Int, UInt16)] in
            let parts = entry.split(separator: " ").map(String.init)
            guard parts.count >= 3, let address = Int(parts[0]) else { return [] }
            var words: [UInt16] = []
            let value = Int64(parts[2]) ?? 0
            switch parts[1] {
            case "u16", "i16": words = [UInt16(truncatingIfNeeded: value)]
            case "u32", "i32": words = [UInt16(truncatingIfNeeded: value >> 16), UInt16(truncatingIfNeeded: value)]
            case "u64":
                words = (0..<4).reversed().map { UInt16(truncatingIfNeeded: value >> (16 * Int64($0))) }
            case "f32":
                let bits = Float(parts[2])?.bitPattern ?? 0
                words = [UInt16(bits >> 16), UInt16(truncatingIfNeeded: bits)]
            case "text":
                let bytes = [UInt8](parts[2].utf8) + [0]
                let pairs = stride(from: 0, to: bytes.count - 1, by: 2)
                return pairs.map { (address + $0 / 2, UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1])) }
            default: break
            }
            if isLowFirst { words.reverse() }
            return words.enumerated().map { (address + $0.offset, $0.element) }
        }
    }

    var now: (time: Timestamp, uptime: Uptime) {
        state.withLock { state in
            let uptime = Uptime(nanoseconds: (state.seconds - 1_749_999_000) * 1_000_000_000)
            return (Timestamp(seconds: state.seconds), uptime)
        }
    }

    func ask(_ request: ModbusRequest) throws -> ModbusAnswer {
        guard case .read(let span) = request else { throw ModbusError.refused(ModbusException(code: 1)) }
        return try state.withLock { state in
            state.asked.append(span)
            if (span.address..<span.end).contains(where: { state.refused.contains($0) }) {
                throw ModbusError.refused(ModbusException(code: 2))
            }
            return .registers((span.address..<span.end).map { state.flood ?? state.words[$0] ?? 0 })
        }
    }

    /// Sets registers, and lets a minute pass, so that the next reading is a whole one.
    func set(_ text: String = "", isLowFirst: Bool = false) {
        state.withLock { state in
            for (address, word) in Self.words(text, isLowFirst: isLowFirst) { state.words[address] = word }
            state.seconds += 60
        }
    }
}

/// The settings of a source and the points that it makes of a device.
struct ProfileReading {
    let settings: ModbusSettings
    let mistakes: [String]
    private let reader: any ModbusReader

    init(_ text: String) {
        let document = ConfigDocument(text: "host = \"h\"\n" + text, file: "test")
        settings = ModbusSettings(settings: document.root)
        document.root.finish()
        mistakes = document.diagnostics.all.map { $0.description }
        let context = SourceContext(
            name: "onduleur",
            tags: [],
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        reader = settings.reader(context)
    }

    /// The points of one reading in line protocol, without their time.
    func lines(_ device: RegisterDevice) async throws -> [String] {
        var encoder = LineProtocolEncoder(precision: .seconds)
        for point in try await reader.read(device) { encoder.append(point) }
        let text = encoder.withBytes { String(decoding: $0, as: UTF8.self) }
        device.set()
        return text.split(separator: "\n").map { line in
            line.replacing(",source=onduleur", with: "").split(separator: " ").dropLast().joined(separator: " ")
        }
    }

    /// The second of two readings: a register is believed when it was seen twice.
    func second(_ device: RegisterDevice) async throws -> [String] {
        _ = try await lines(device)
        return try await lines(device)
    }
}
