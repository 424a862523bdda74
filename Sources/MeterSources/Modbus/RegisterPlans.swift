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
    /// The condition of each part that has one, with the place of its span.
    private let conditions: [DevicePart: (condition: RegisterCondition, place: Int)]
    /// The index of the register to which each span belongs; shorter than `spans` by the conditions.
    private let owners: [Int]

    /// Plans with all registers.
    init(_ list: RegisterList) {
        var spans: [ModbusSpan] = []
        var owners: [Int] = []
        for (place, register) in list.registers.enumerated() {
            spans += register.spans
            owners += register.spans.map { _ in place }
        }
        var conditions: [DevicePart: (condition: RegisterCondition, place: Int)] = [:]
        for part in DevicePart.allCases {
            guard let condition = list.present[part] else { continue }
            conditions[part] = (condition, spans.count)
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

    /// True when a plan is to be read, after what was read so far; a part that does not say that it is there is not.
    func isWanted(_ number: Int, _ words: [ArraySlice<UInt16>?]) -> Bool {
        guard let part = all[number].part, let (condition, place) = conditions[part] else { return true }
        return condition.holds(words[place]) ?? false
    }

    /// Takes note of a refused request; see `ReadPlan.refused`.
    mutating func refused(_ block: ReadPlan.Block, in number: Int) -> [ReadPlan.Block] {
        all[number].plan.refused(block)
    }
}
