import MeterCore
import MeterProtocols

/// Keeps registers that cannot be true out of the database.
///
/// An answer's checksum lets one damaged frame in 256 pass, and a meter that was just switched on may say 0.
///
/// Kept values, such as that of the last due date, and maxima change as they like and are not looked at.
struct MBusGates: Sendable {
    /// A register that is watched.
    private struct Register: Sendable {
        /// The name of its field.
        var field: String
        /// The record, read in Wh or litres.
        var selector: MBusSelector
        /// The fastest believable growth, in W or litres an hour.
        var largestRate: Double
    }

    /// The judgement on an answer.
    struct Judgement: Sendable, Equatable {
        /// The fields that are not believed.
        var held: Set<String> = []
        /// True when one of them is the first of its register, which another reading confirms or not.
        var isFirst = false
    }

    /// The registers of energy and volume among the fields; only present values, not kept ones.
    private let registers: [Register]
    /// The gate of each register, by its field.
    private var gates: [String: IndexGate] = [:]
    /// The fields whose register was believed at least once.
    private var trusted: Set<String> = []
    /// The meter that answered last; `nil` when it did not say its number.
    private var meter: MBusMeterAddress?

    /// Prepares the gates of a meter's registers.
    init(_ fields: [MBusField]) {
        registers = fields.compactMap { field in
            var selector = field.selector
            guard selector.function == .instantaneous, selector.storage == 0 else { return nil }
            switch selector.kind {
            case .quantity(.energy):
                selector.unit = "Wh"
                // The boiler of a large building, 1 MW.
                return Register(field: field.name, selector: selector, largestRate: 1_000_000)
            case .quantity(.volume):
                selector.unit = "l"
                return Register(field: field.name, selector: selector, largestRate: 100_000)
            // A register that the meter names itself, or that only its maker knows, in the unit that it is stored in.
            default:
                return field.isInteger ? Register(field: field.name, selector: selector, largestRate: 1_000_000) : nil
            }
        }
    }

    /// Judges the registers of a complete answer.
    ///
    /// - Parameters:
    ///   - records: of the answer.
    ///   - speaker: the meter, if it tells its number. Another meter than before begins anew.
    ///   - time: of the answer, by a clock that is never set back.
    /// - Returns: the fields that are not believed.
    mutating func judge(_ records: [MBusRecord], of speaker: MBusMeterAddress?, at time: Uptime) -> Judgement {
        if speaker != meter {
            meter = speaker
            gates.removeAll()
            trusted.removeAll()
        }
        var judgement = Judgement()
        for register in registers {
            guard let number = register.selector.value(in: records)?.double, abs(number) < 1e15 else { continue }
            var gate = gates[register.field] ?? gate(of: register, records)
            if gate.judge(Int64(number.rounded(.down)), at: time) == .held {
                judgement.held.insert(register.field)
                if !trusted.contains(register.field) { judgement.isFirst = true }
            } else {
                trusted.insert(register.field)
            }
            gates[register.field] = gate
        }
        return judgement
    }

    /// The gate of a register, with the step in which the meter counts.
    ///
    /// A meter that counts in MWh takes steps of one, however little energy is used.
    private func gate(of register: Register, _ records: [MBusRecord]) -> IndexGate {
        let step = min(max(10, register.selector.step(in: records) ?? 0), 1e12)
        return IndexGate(largestWatts: register.largestRate, step: Int64(step.rounded(.up)))
    }
}
