import MeterCore
import MeterProtocols

/// The requests for the registers of a list: those of the device, then those of parts that may not be there.
///
/// What tells whether a part is there is read with the device's own registers.
struct RegisterPlans: Sendable {
    /// A plan, with the place of each of its values among all spans.
    struct Part: Sendable {
        /// The requests.
        var plan: ReadPlan
        /// The place of each value of the plan in `spans`.
        var places: [Int]
        /// The part of the device; `nil` for the registers that are always read.
        var part: DevicePart?
    }

    /// The spans of all registers, one after the other, then those of the conditions.
    let spans: [ModbusSpan]
    /// The plans, that of the device first.
    private(set) var all: [Part]
    /// The condition of each part that has one, with the place of its span, and that of the part's own register at the
    /// same address if it has one.
    private let conditions: [DevicePart: (condition: RegisterCondition, place: Int, own: Int?)]
    /// The index of the register to which each span belongs; shorter than `spans` by the conditions.
    private let owners: [Int]
    /// Whether each register is a detail, see `isDetail`.
    private let details: [Bool]
    /// The parts that were there when that was last read.
    private var there: Set<DevicePart> = []

    /// The values of an inverter that the balance of the house goes without, and that change slowly.
    private static let slow: Set<Field> = [
        .v, .a, .hz, .vdc1, .adc1, .vdc2, .adc2, .tempC, .risoMohm, .capacityWh,
    ]

    /// Plans with all registers; those of a meter are no details, since whoever sets one up wants them all.
    init(_ list: RegisterList, kind: ModbusProfile.Kind) {
        details = list.registers.map { register in
            kind != .meter && register.part != .grid && Field(rawValue: register.field).map(Self.slow.contains) ?? false
        }
        var spans: [ModbusSpan] = []
        var owners: [Int] = []
        for (place, register) in list.registers.enumerated() {
            spans += register.spans
            owners += register.spans.map { _ in place }
        }
        var conditions: [DevicePart: (condition: RegisterCondition, place: Int, own: Int?)] = [:]
        for part in DevicePart.allCases {
            guard let condition = list.present[part] else { continue }
            let own = owners.indices.first { place in
                list.registers[owners[place]].part == part && spans[place] == condition.layout.span
            }
            conditions[part] = (condition, spans.count, own)
            spans.append(condition.layout.span)
        }
        func plan(_ places: [Int], _ part: DevicePart?) -> Part {
            Part(plan: ReadPlan(places.map { spans[$0] }, limits: list.limits), places: places, part: part)
        }
        func isOf(_ place: Int, _ part: DevicePart?) -> Bool {
            guard place < owners.count else { return part == nil }
            let own = list.registers[owners[place]].part
            return (own.flatMap { conditions[$0] == nil ? nil : $0 }) == part
        }
        all = [plan(spans.indices.filter { isOf($0, nil) }, nil)]
        for part in DevicePart.allCases where conditions[part] != nil {
            all.append(plan(spans.indices.filter { isOf($0, part) }, part))
        }
        (self.spans, self.owners, self.conditions) = (spans, owners, conditions)
    }

    /// True when the device refused all that is asked of it in any case.
    var isEmpty: Bool { all.allSatisfy { $0.part != nil || $0.plan.blocks.isEmpty } }

    /// The register to which a span belongs; `nil` for one of a condition.
    func owner(of span: Int) -> Int? { span < owners.count ? owners[span] : nil }

    /// True when a plan is to be read; a part that did not say that it is there is not.
    func isWanted(_ number: Int) -> Bool {
        guard let part = all[number].part else { return true }
        return there.contains(part)
    }

    /// True for a request that a reading may go without: for details of an inverter, and whether parts are there that
    /// were.
    func isDetail(_ block: ReadPlan.Block, in number: Int) -> Bool {
        block.values.allSatisfy { value in
            let span = all[number].places[value]
            if span < owners.count { return details[owners[span]] }
            return conditions.contains { $0.value.place == span && there.contains($0.key) }
        }
    }

    /// Takes note whether parts are there, and takes back what one told that is not.
    mutating func look(_ words: inout [ArraySlice<UInt16>?]) {
        for (part, (condition, place, own)) in conditions {
            guard let answer = words[place] ?? own.flatMap({ words[$0] }) else { continue }
            if condition.holds(answer) ?? false {
                there.insert(part)
            } else {
                there.remove(part)
                for plan in all where plan.part == part { for place in plan.places { words[place] = nil } }
            }
        }
    }

    /// Takes note of a refused request, see `ReadPlan.refused`; a part whose condition is refused is not there.
    mutating func refused(_ block: ReadPlan.Block, in number: Int) -> [ReadPlan.Block] {
        let instead = all[number].plan.refused(block)
        if instead.isEmpty {
            let lost = block.values.map { all[number].places[$0] }
            there = there.filter { part in conditions[part].map { !lost.contains($0.place) } ?? true }
        }
        return instead
    }
}
