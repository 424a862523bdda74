import Logging
import MeterCore
import MeterProtocols

/// Finds out what a SunSpec device has, reads it, and makes points of it.
actor SunSpecReader: ModbusReader {
    private let bases: [Int]
    private let most: Int
    private let context: SourceContext
    private var points: SunSpecPoints
    /// The models that are read; `nil` until they are known.
    private var wanted: [SunSpecMap.Block]?
    private var serial: String?

    var held: Int { points.held }

    init(bases: [Int], most: Int, _ settings: ModbusSettings, _ context: SourceContext) {
        self.bases = bases
        self.most = most
        self.context = context
        points = SunSpecPoints(settings, context)
    }

    /// A device that was away may come back with another program, and its models at other places.
    func forget() { wanted = nil }

    func read(_ link: any ModbusAsking) async throws -> [Point] {
        let blocks: [SunSpecMap.Block]
        if let wanted { blocks = wanted } else { blocks = try await discover(link) }
        var readings: [SunSpecReading] = []
        for block in blocks {
            do {
                readings.append(try await reading(block, link))
            } catch let error as ModbusError {
                forget()
                throw error
            }
        }
        let now = await link.now
        return points.points(readings, at: now.time, monotonic: now.uptime)
    }

    private func reading(_ block: SunSpecMap.Block, _ link: any ModbusAsking) async throws -> SunSpecReading {
        var words: [UInt16] = []
        for span in block.spans(most: most) {
            context.status.beat()
            words += try await link.ask(.read(span)).words
        }
        guard let reading = SunSpecReading(block, words) else {
            throw ModbusError.malformed("model \(block.model) is no longer at \(block.address)")
        }
        return reading
    }

    private func discover(_ link: any ModbusAsking) async throws -> [SunSpecMap.Block] {
        let status = context.status
        let map = try await SunSpecMap.discover(at: bases) { address, count -> [UInt16]? in
            status.beat()
            do {
                return try await link.ask(.read(ModbusSpan(.holdingRegisters, at: address, count: count))).words
            } catch ModbusError.refused(let exception) where exception.isPermanent || exception.code == 4 {
                return nil
            }
        }
        guard let map else { throw NoSunSpec(bases: bases) }
        let found = SunSpecPoints.wanted(map)
        guard !found.isEmpty else { throw NoSunSpec(bases: bases, models: map.blocks.map(\.model)) }
        try await identify(map, link)
        wanted = found
        return found
    }

    /// Reads who made it, and finds out whether another device answers than before.
    private func identify(_ map: SunSpecMap, _ link: any ModbusAsking) async throws {
        let models = map.blocks.map { "\($0.model)" }.joined(separator: ", ")
        var names: [String] = []
        if let block = map.blocks.first(where: { $0.model == 1 }) {
            let common = try await reading(block, link)
            names = ["Mn", "Md", "Vr"].compactMap { common.text($0) }
            let found = common.text("SN")
            if let serial, found != serial { points.reset() }
            serial = found ?? serial
        }
        if let block = map.blocks.first(where: { $0.model == 120 }),
            let power = try await reading(block, link).number("WRtg")
        {
            names.append("\(Int64(exactly: power.rounded()) ?? 0) W")
        }
        let device = (names + ["(SunSpec models \(models) at \(map.base))"]).joined(separator: " ")
        context.status.update { $0.device = device }
        context.logger.info("The device is known", metadata: ["device": "\(device)"])
    }
}

/// The device has nothing that can be read by SunSpec.
private struct NoSunSpec: Error, CustomStringConvertible {
    var bases: [Int]
    var models: [Int] = []

    var description: String {
        models.isEmpty
            ? "it answers, but there is no SunSpec at \(bases.map { "\($0)" }.joined(separator: ", ")); "
                + "write a profile (boxenergie profiles lists them), or sunspec_base when its manual gives another place"
            : "it has the SunSpec models \(models.map { "\($0)" }.joined(separator: ", ")), "
                + "and neither an inverter nor a meter among them"
    }
}
