import Logging
import MeterCore
import MeterProtocols

/// Reads the registers of a list, and makes points of them.
actor RegisterReader: ModbusReader {
    /// The time in seconds, one hour, after which refused registers are tried again.
    private static let replanAfter = 3600.0

    /// The registers and the limits of requests.
    private let list: RegisterList
    /// The kind of device.
    private let kind: ModbusProfile.Kind
    /// The place of the serial number; `nil` when it is not known.
    private let serialLayout: RegisterLayout?
    /// The log and the status of the source.
    private let context: SourceContext
    /// Makes points of the values.
    private var points: RegisterPoints
    /// The requests that read all registers, without those that the device refused.
    private var plans: RegisterPlans
    /// The time at which the plan was made.
    private var plannedAt = Uptime.now
    /// The minutes, in each of which details are read once.
    private var minutes = Sampling(every: .seconds(60))
    /// The device's serial number, once it was read.
    private var serial: RegisterValue?
    /// True once the device was asked for its serial number, whether it has one or not.
    private var isIdentified = false
    /// The places of spans whose refusal was logged.
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
        (self.list, self.kind) = (list, kind)
        self.context = context
        serialLayout = serial
        points = RegisterPoints(list.registers, kind: kind, settings, context)
        plans = RegisterPlans(list, kind: kind)
    }

    /// Forgets refusals, and lets the serial number be read again.
    func forget() {
        isIdentified = false
        plans = RegisterPlans(list, kind: kind)
        plannedAt = .now
    }

    /// Reads all registers in as few requests as possible.
    ///
    /// A request that is refused is split until the registers that the device lacks are found; these are left out for
    /// an hour. What brings only details is asked once a minute: each request wakes the box twice.
    ///
    /// - Throws: `ModbusError.refused` when nothing at all can be read, or as `link.ask`.
    func read(_ link: any ModbusAsking) async throws -> [Point] {
        if !isIdentified { try await identify(link) }
        // A register that a device refuses while it starts may be there later.
        if Uptime.now.seconds(since: plannedAt) > Self.replanAfter { forget() }
        var words = [ArraySlice<UInt16>?](repeating: nil, count: plans.spans.count)
        var sleep = SleepingRegisters()
        var refusal: ModbusException?
        let isDetailed = minutes.keeps(await link.now.time)
        for number in plans.all.indices where plans.isWanted(number) {
            refusal = try await read(number, link, isDetailed, &words, &sleep) ?? refusal
            plans.look(&words)
        }
        if let refusal, plans.isEmpty {
            forget()
            throw ModbusError.refused(refusal)
        }
        if sleep.isAsleep { words = words.map { _ in nil } }
        let now = await link.now
        return points.points(words, at: now.time, monotonic: now.uptime)
    }

    /// Reads the registers of one plan.
    ///
    /// - Parameters:
    ///   - number: of the plan.
    ///   - link: to the device.
    ///   - isDetailed: true when details are asked, too.
    ///   - words: takes what was read, by the place of its span.
    ///   - sleep: hears of it.
    /// - Returns: the last refusal; `nil` when there was none.
    /// - Throws: as `link.ask`, but for refusals.
    private func read(
        _ number: Int,
        _ link: any ModbusAsking,
        _ isDetailed: Bool,
        _ words: inout [ArraySlice<UInt16>?],
        _ sleep: inout SleepingRegisters
    ) async throws -> ModbusException? {
        var waiting = plans.all[number].plan.blocks[...]
        let places = plans.all[number].places
        var refusal: ModbusException?
        while let block = waiting.popFirst() {
            if plans.isDetail(block, in: number), await !link.isWanted(.read(block.span), isDetailed) { continue }
            context.status.beat()
            do {
                let answer = try await link.ask(.read(block.span)).words
                sleep.note(answer, block.span)
                for value in block.values {
                    let span = plans.spans[places[value]]
                    let start = span.address - block.span.address
                    words[places[value]] = answer[start..<(start + span.count)]
                }
            } catch ModbusError.refused(let exception) where exception.isPermanent {
                refusal = exception
                let instead = plans.refused(block, in: number)
                if instead.isEmpty { giveUp(block.values.first.map { places[$0] }, exception) }
                waiting = instead[...] + waiting
            }
        }
        return refusal
    }

    /// Logs, once for each register, that the device refuses it; a condition's is no value that anybody misses.
    private func giveUp(_ span: Int?, _ exception: ModbusException) {
        guard let span, let place = plans.owner(of: span), refused.insert(span).inserted else { return }
        let register = list.registers[place]
        let name = register.field + (register.phase.map { " of phase \($0)" } ?? "")
        let sentence = "\(name) at \(plans.spans[span].address) is left out: \(exception)"
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
