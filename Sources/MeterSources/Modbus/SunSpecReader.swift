import Logging
import MeterCore
import MeterNotation
import MeterProtocols

/// Finds out what a SunSpec device has, reads it, and makes points of it.
actor SunSpecReader: ModbusReader {
    /// The addresses at which the map may begin, such as 40000.
    private let bases: [Int]
    /// Maximum number of registers in one request, 125 by default.
    private let most: Int
    /// The log and the status of the source.
    private let context: SourceContext
    /// Makes points of the models.
    private var points: SunSpecPoints
    /// The models that are read; `nil` until they are known.
    private var wanted: [SunSpecMap.Block]?
    /// The maker, `Mn` of model 1, once it was read.
    private var maker: String?
    /// The batteries of a SolarEdge: where their registers begin, and their capacity in Wh.
    private var batteries: [(block: Int, capacity: Double)] = []
    /// The time at which its batteries are looked for again; `nil` for at once.
    private var nextLook: Uptime?
    /// True when there is a battery behind the inverter, which the household says.
    private let hasBattery: Bool
    /// True when the household says that the meters' power has the other sign.
    private let isTurned: Bool
    /// The seconds between two looks for the batteries of a SolarEdge, one of which may sleep.
    private static let lookingPause = 3600.0
    /// The device's serial number, `SN` of model 1, once it was read.
    private var serial: String?

    /// The number of values held back since the start.
    var held: Int { points.held }

    /// Begins with nothing known of the device.
    ///
    /// - Parameters:
    ///   - bases: the addresses at which the map may begin.
    ///   - most: the largest number of registers in one request.
    ///   - settings: the role and the signs.
    ///   - context: of the source.
    init(bases: [Int], most: Int, _ settings: ModbusSettings, _ context: SourceContext) {
        self.bases = bases
        self.most = most
        self.context = context
        hasBattery = settings.parts.contains(.battery)
        isTurned = settings.isInverted != settings.hasInvertedPower
        points = SunSpecPoints(settings, context)
    }

    /// A device that was away may come back with another program, and its models at other places.
    func forget() { (wanted, nextLook) = (nil, nil) }

    /// Reads the wanted models, and looks for the map first when it is not known.
    ///
    /// - Throws: an error with a sentence when there is no map or nothing of use in it, or as `link.ask`.
    func read(_ link: any ModbusAsking) async throws -> [Point] {
        let blocks: [SunSpecMap.Block]
        if let wanted { blocks = wanted } else { blocks = try await discover(link) }
        var readings: [SunSpecReading] = []
        for block in blocks {
            // A part's next model of its inverter is asked only when the one before has nothing to say.
            if SunSpecPoints.isInverter(block.model),
                SunSpecPoints.inverters(readings).contains(where: { $0.block.part == block.part && !$0.lacksScales })
            {
                continue
            }
            do {
                readings.append(try await reading(block, link))
            } catch let error as ModbusError {
                forget()
                throw error
            }
        }
        if hasBattery, isSolarEdge { try await findBatteries(link) }
        var cells: [SolarEdgeBattery] = []
        for (block, capacity) in batteries {
            context.status.beat()
            do {
                let words = try await link.ask(.read(SolarEdgeBattery.values(of: block))).words
                cells.append(SolarEdgeBattery(words, capacity: capacity))
            } catch ModbusError.refused(let exception) where exception.isPermanent || exception.code == 4 {
                cells.append(.silent)
            }
        }
        let now = await link.now
        return points.points(
            readings,
            at: now.time,
            monotonic: now.uptime,
            maker: maker,
            batteries: cells
        )
    }

    /// Reads a model; its header must still be there.
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

    /// Finds the map and the wanted models.
    ///
    /// A refusal means that no map begins there, and so does code 4, by which some devices refuse foreign addresses.
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
        let all = hasBattery ? found + SunSpecPoints.batteries(map) : found
        if !hasBattery, !SunSpecPoints.batteries(map).isEmpty {
            context.logger.info("It may have a battery behind it: then write battery = true")
        }
        if isSolarEdge, !isTurned, found.contains(where: { SunSpecPoints.isMeter($0.model) }) {
            context.logger.info(
                "The meter of a SolarEdge usually tells what the house gives as positive: then write invert_power = true"
            )
        }
        wanted = all
        return all
    }

    /// True for a SolarEdge, whose batteries its models do not tell of.
    private var isSolarEdge: Bool { maker?.hasPrefix("SolarEdge") == true }

    /// Finds the batteries of a SolarEdge when it is time; one that was found stays, also while it sleeps.
    private func findBatteries(_ link: any ModbusAsking) async throws {
        if let nextLook, await link.now.uptime < nextLook { return }
        for block in SolarEdgeBattery.blocks where !batteries.contains(where: { $0.block == block }) {
            context.status.beat()
            do {
                let words = try await link.ask(.read(SolarEdgeBattery.rating(of: block))).words
                if let capacity = SolarEdgeBattery.capacity(words) { batteries.append((block, capacity)) }
            } catch ModbusError.refused(let exception) where exception.isPermanent || exception.code == 4 {
                break
            }
        }
        batteries.sort { $0.block < $1.block }
        let now = await link.now
        nextLook = now.uptime + .seconds(Self.lookingPause)
        let sentence = said("no battery of this inverter is awake; it is looked for again every hour")
        let isSilent = batteries.isEmpty
        context.status.update { status in
            if isSilent {
                (status.lastError, status.lastErrorAt) = (sentence, now.time.seconds)
            } else if status.lastError == sentence {
                (status.lastError, status.lastErrorAt) = (nil, nil)
            }
        }
    }

    /// Reads the device's name; another serial number than before begins the registers anew.
    ///
    /// Model 1 has maker, model, version and serial number; model 120 has the rated power `WRtg` in W.
    private func identify(_ map: SunSpecMap, _ link: any ModbusAsking) async throws {
        let models = map.blocks.map { "\($0.model)" }.joined(separator: ", ")
        var names: [String] = []
        if let block = map.blocks.first(where: { $0.model == 1 }) {
            let common = try await reading(block, link)
            maker = common.text("Mn")
            names = ["Mn", "Md", "Vr"].compactMap { common.text($0) }
            let found = common.text("SN")
            if let serial, found != serial {
                points.reset()
                (batteries, nextLook) = ([], nil)
            }
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

/// An error: the device has nothing that can be read by SunSpec.
private struct NoSunSpec: Error, CustomStringConvertible {
    /// The addresses that were tried.
    var bases: [Int]
    /// The models found; empty when there is no map.
    var models: [Int] = []

    var description: String { said(sentence) }

    private var sentence: Phrase {
        models.isEmpty
            ? "it answers, but there is no SunSpec at \(bases.map { "\($0)" }.joined(separator: ", ")); "
                + "write a profile (boxenergie profiles lists them), or sunspec_base when its manual gives another place"
            : "it has the SunSpec models \(models.map { "\($0)" }.joined(separator: ", ")), "
                + "and neither an inverter nor a meter among them"
    }
}
