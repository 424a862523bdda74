import MeterNotation

/// The latest value of each quantity, for neighbours that are shown what is now; there is none without such a neighbour.
///
/// Bounded: one value a quantity, however long nobody looks.
struct MirrorBoard: Sendable {
    /// The seconds, beyond the usual pause of its source, after which a value is not of now.
    private static let freshness = 60.0

    private struct Seen: Sendable {
        var content: ShownValue.Content
        var at: Uptime
    }

    private var live: [ShownQuantity: Seen] = [:]
    /// The registers that were read since the start, by the quantity that shows their total.
    ///
    /// The others may stand a quarter of an hour back, where the books were saved: they would seem to fall.
    private var read: [ShownQuantity: MeterRegister] = [:]
    private var contract: String?

    /// Takes a reading.
    ///
    /// - Parameters:
    ///   - point: the reading.
    ///   - facts: those of the point.
    ///   - present: the present; what is older than a minute says nothing of now.
    mutating func note(_ point: Point, _ facts: [Fact], at present: Present) {
        let meter = point.series.subject.meter
        for case .register(let register, _) in facts {
            guard let measure = Measure(register.quantity) else { continue }
            read[ShownQuantity(measure, of: meter, part: register.name)] = register
        }
        let age = present.now.seconds - point.timestamp.seconds
        guard !point.isRecord, abs(age) <= Int64(Self.freshness), present.trust != .unknown else { return }
        let now = present.uptime
        func see(_ measure: Measure, _ value: Double?, part: String = "") {
            guard let value, value.isFinite else { return }
            live[ShownQuantity(measure, of: meter, part: part)] = Seen(content: .number(value), at: now)
        }
        for fact in facts {
            switch fact {
            case .apparentPower(let drawn, let injected):
                see(.importApparent, drawn.map { Double($0) })
                see(.exportApparent, injected.map { Double($0) })
            case .gridPower(let watts, let tellsBoth):
                see(.importPower, max(0, watts))
                // Once it has told both directions it always does.
                let isSigned = tellsBoth || live[ShownQuantity(.exportPower, of: meter, part: "")] != nil
                if isSigned { see(.exportPower, max(0, -watts)) }
            case .production(let watts): see(.productionPower, max(0, watts))
            case .batteryPower(let watts):
                see(.dischargePower, max(0, watts))
                see(.chargePower, max(0, -watts))
            case .portPower(let watts):
                see(.portOutPower, max(0, watts))
                see(.portInPower, max(0, -watts))
            case .charge(let percent): see(.stateOfCharge, percent)
            case .contract(let subscribed, let register):
                see(.subscribed, subscribed.map { Double($0) })
                see(.tariff, register.map { Double($0) })
            case .phase(let number, let volts, let va):
                see(.voltage, volts, part: "\(number)")
                see(.phaseApparent, va, part: "\(number)")
            case .register, .pulses: break
            }
        }
        switch point.series.kind {
        case .temperature?: see(.temperature, point.number(.tempC))
        case .meter?
        where point.series.subject.role ?? .consumption == .consumption && point.series.subject.phase == nil:
            see(.consumptionPower, point.number(.w))
        case .source?: see(.age, point.number(.ageS))
        case .box?:
            see(.processorTemperature, point.number(.cpuTempC))
            see(.diskUse, point.number(.diskUsedPercent))
            see(.memoryUse, point.number(.memUsedPercent))
        default: break
        }
        if let told = point.remarks?.site?.contract { contract = told }
    }

    /// Forgets meters no longer configured.
    mutating func keep(_ sources: [String]) {
        func isKept(_ quantity: ShownQuantity) -> Bool {
            quantity.meter.isEmpty || Subject.isMeter(quantity.meter, of: sources)
        }
        live = live.filter { isKept($0.key) }
        read = read.filter { isKept($0.key) }
    }

    /// All values.
    ///
    /// - Parameters:
    ///   - present: the present.
    ///   - ledger: has the totals; `nil` while it is not open.
    ///   - settings: those of the ledger.
    /// - Returns: one value a quantity, in no order.
    func values(at present: Present, _ ledger: Ledger?, _ settings: Ledger.Settings) -> [ShownValue] {
        let now = present.uptime
        let tariff = settings.tariffs.tariff(on: settings.calendar.date(present.now.seconds))
        let option = tariff?.option ?? contract.flatMap { Tariff.Option(contract: $0) }
        var values = live.map { quantity, seen in
            let source = String(Subject.source(ofMeter: quantity.meter))
            let pause = quantity.measure.isOfBox ? Kind.boxPause : settings.pauses[source] ?? 0
            let patience = Self.freshness + Double(pause)
            guard now.seconds(since: seen.at) <= patience else { return ShownValue(quantity, .unknown) }
            guard quantity.measure == .tariff, case .number(let number) = seen.content else {
                return ShownValue(quantity, seen.content)
            }
            return ShownValue(quantity, .text(option?.register(Int(number)) ?? "\(Int(number))"))
        }
        guard let ledger else { return values }
        if let used = ledger.balance.flow(at: present.now.seconds, settings).consumption {
            values.append(ShownValue(ShownQuantity(.consumptionPower, of: ""), .number(used)))
        }
        for (quantity, register) in read {
            guard let total = ledger.total(of: quantity.meter, register.quantity, name: register.name) else { continue }
            values.append(ShownValue(quantity, .total(total)))
        }
        return values
    }
}
