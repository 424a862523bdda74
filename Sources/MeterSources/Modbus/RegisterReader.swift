import Logging
import MeterCore
import MeterProtocols

/// Reads the registers of a list, and makes points of them.
actor RegisterReader: ModbusReader {
    private static let replanAfter = 3600.0

    private let list: RegisterList
    private let serialLayout: RegisterLayout?
    private let context: SourceContext
    private var points: RegisterPoints
    private var plan: ReadPlan
    private var plannedAt = Uptime.now
    private var serial: RegisterValue?
    private var isIdentified = false
    /// Registers whose refusal was said.
    private var refused: Set<Int> = []

    var held: Int { points.held }

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

    private static func plan(_ list: RegisterList) -> ReadPlan {
        ReadPlan(list.registers.map(\.layout.span), limits: list.limits)
    }

    func forget() {
        isIdentified = false
        plan = Self.plan(list)
        plannedAt = .now
    }

    func read(_ link: any ModbusAsking) async throws -> [Point] {
        if !isIdentified { try await identify(link) }
        // A register that a device refuses while it starts may be there later.
        if Uptime.now.seconds(since: plannedAt) > Self.replanAfter { forget() }
        var values = [RegisterValue?](repeating: nil, count: list.registers.count)
        var waiting = plan.blocks[...]
        var refusal: ModbusException?
        while let block = waiting.popFirst() {
            context.status.beat()
            do {
                let words = try await link.ask(.read(block.span)).words
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
        let now = await link.now
        return points.points(values, at: now.time, monotonic: now.uptime)
    }

    private func giveUp(_ block: ReadPlan.Block, _ exception: ModbusException) {
        guard let place = block.values.first, refused.insert(place).inserted else { return }
        let register = list.registers[place]
        let name = register.field + (register.phase.map { " of phase \($0)" } ?? "")
        let sentence = "\(name) at \(register.layout.span.address) is left out: \(exception)"
        context.logger.warning("A register is refused", metadata: ["reason": "\(sentence)"])
        context.status.didFail(sentence)
    }

    /// Finds out whether another device answers than before.
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
