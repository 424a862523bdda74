import Logging
import MeterCore
import MeterProtocols

/// Reads the registers of a list, and makes points of them.
actor RegisterReader: ModbusReader {
    /// The time in seconds, one hour, after which refused registers are tried again.
    private static let replanAfter = 3600.0

    /// The registers and the limits of requests.
    private let list: RegisterList
    /// The place of the serial number; `nil` when it is not known.
    private let serialLayout: RegisterLayout?
    /// The log and the status of the source.
    private let context: SourceContext
    /// Makes points of the values.
    private var points: RegisterPoints
    /// The requests that read all registers, without those that the device refused.
    private var plan: ReadPlan
    /// The time at which the plan was made.
    private var plannedAt = Uptime.now
    /// The device's serial number, once it was read.
    private var serial: RegisterValue?
    /// True once the device was asked for its serial number, whether it has one or not.
    private var isIdentified = false
    /// The indices of registers whose refusal was logged.
    private var refused: Set<Int> = []

    /// The number of values held back since the start.
    var held: Int { points.held }

    /// Plans the requests; nothing is asked yet.
    ///
    /// - Parameters:
    ///   - list: of registers.
    ///   - kind: of device, a meter or an inverter.
    ///   - serial: the place of the serial number, if it is known.
    ///   - settings: the role, the signs and the measurement.
    ///   - context: of the source.
    init(
        _ list: RegisterList,
        kind: ModbusProfile.Kind,
        serial: RegisterLayout?,
        _ settings: ModbusSettings,
        _ context: SourceContext
    ) {
        self.list = list
        self.context = context
        serialLayout = serial
        points = RegisterPoints(list.registers, kind: kind, settings, context)
        plan = Self.plan(list)
    }

    /// The plan with all registers.
    private static func plan(_ list: RegisterList) -> ReadPlan {
        ReadPlan(list.registers.map(\.layout.span), limits: list.limits)
    }

    /// Forgets refusals, and lets the serial number be read again.
    func forget() {
        isIdentified = false
        plan = Self.plan(list)
        plannedAt = .now
    }

    /// Reads all registers in as few requests as possible.
    ///
    /// A request that is refused is split until the registers that the device lacks are found; these are left out for
    /// an hour.
    ///
    /// - Throws: `ModbusError.refused` when nothing at all can be read, or as `link.ask`.
    func read(_ link: any ModbusAsking) async throws -> [Point] {
        if !isIdentified { try await identify(link) }
        // A register that a device refuses while it starts may be there later.
        if Uptime.now.seconds(since: plannedAt) > Self.replanAfter { forget() }
        var values = [RegisterValue?](repeating: nil, count: list.registers.count)
        var sleep = SleepingRegisters()
        var waiting = plan.blocks[...]
        var refusal: ModbusException?
        while let block = waiting.popFirst() {
            context.status.beat()
            do {
                let words = try await link.ask(.read(block.span)).words
                sleep.note(words, block.span)
                for place in block.values {
                    let layout = list.registers[place].layout
                    let start = layout.span.address - block.span.address
                    values[place] = layout.value(words[start..<(start + layout.span.count)])
                }
            } catch ModbusError.refused(let exception) where exception.isPermanent {
                refusal = exception
                let instead = plan.refused(block)
                if instead.isEmpty { giveUp(block, exception) }
                waiting = instead[...] + waiting
            }
        }
        if let refusal, plan.blocks.isEmpty {
            forget()
            throw ModbusError.refused(refusal)
        }
        if sleep.isAsleep { values = values.map { _ in nil } }
        let now = await link.now
        return points.points(values, at: now.time, monotonic: now.uptime)
    }

    /// Logs, once for each register, that the device refuses it.
    private func giveUp(_ block: ReadPlan.Block, _ exception: ModbusException) {
        guard let place = block.values.first, refused.insert(place).inserted else { return }
        let register = list.registers[place]
        let name = register.field + (register.phase.map { " of phase \($0)" } ?? "")
        let sentence = "\(name) at \(register.layout.span.address) is left out: \(exception)"
        context.logger.warning("A register is refused", metadata: ["reason": "\(sentence)"])
        context.status.didFail(sentence)
    }

    /// Reads the serial number; another one than before begins the registers anew.
    private func identify(_ link: any ModbusAsking) async throws {
        guard let layout = serialLayout else { return isIdentified = true }
        do {
            let found = layout.value(try await link.ask(.read(layout.span)).words[...])
            if let serial, found != serial { points.reset() }
            serial = found ?? serial
            let text = serial.map { value in
                switch value {
                case .integer(let number): "serial number \(number)"
                case .number(let number): "serial number \(number)"
                case .text(let text): "serial number \(text)"
                }
            }
            context.status.update { $0.device = text }
        } catch ModbusError.refused(let exception) where exception.isPermanent {
            context.logger.info("No serial number", metadata: ["reason": "\(exception)"])
        }
        isIdentified = true
    }
}
