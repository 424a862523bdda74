import MeterCore
import MeterProtocols

/// A profile that makes sense of the values in a device's registers.
///
/// Most meters do not say what they are. But where a profile has the voltage and the frequency, another device hardly
/// ever has numbers that can be such, and all other registers of the profile must be there and possible, too.
struct ProfileMatch {
    /// The name of the profile, as after `profile =`.
    var key: String
    /// The profile itself.
    var profile: ModbusProfile
    /// The number of values that are possible and not 0, less two for each that is impossible or missing.
    var score: Int
    /// The values that speak for it, such as `231.4 V, 50 Hz`.
    var evidence: String

    /// Reads spans, each only once for all profiles.
    struct Reader {
        /// Asks the device; `nil` when it refuses or is silent.
        let read: (ModbusSpan) async throws -> [UInt16]?
        /// The spans asked so far with their registers, or `nil` where there were none.
        private var known: [ModbusSpan: [UInt16]?] = [:]

        /// Makes a reader that has asked nothing yet.
        init(read: @escaping (ModbusSpan) async throws -> [UInt16]?) { self.read = read }

        /// The registers of a span; `nil` where the device has none.
        mutating func words(_ span: ModbusSpan) async throws -> [UInt16]? {
            if let known = known[span] { return known }
            let words = try await read(span)
            known[span] = .some(words)
            return words
        }
    }

    /// The profile of a device that says what it is; `nil` when none knows it.
    ///
    /// - Parameters:
    ///   - unit: at which it answers; only the profiles of devices that may have it are tried.
    ///   - isOwn: true for those whose devices have a unit number of their own, false for those that begin at 1.
    ///   - reader: asks the device, each span once.
    /// - Returns: the match, whose evidence is the device's name or its type code.
    /// - Throws: `CancellationError`, or an error of the line.
    static func named(_ unit: UInt8, isOwn: Bool, _ reader: inout Reader) async throws -> ProfileMatch? {
        let all: [(key: String, profile: ModbusProfile)] = ProfileLibrary.all(.modbus)
        let known = all.compactMap { key, profile in profile.identity.map { (key, profile, identity: $0) } }
        for (key, profile, identity) in known.sorted(by: { $0.identity.rank > $1.identity.rank }) {
            guard identity.units.contains(1) != isOwn, identity.units.contains(unit) || !isOwn && unit <= 10,
                let words = try await reader.words(identity.layout.span)
            else { continue }
            // The second question is for the few devices whose first answer fits.
            guard identity.isFirstHalf(words) else { continue }
            var more: [UInt16]?
            if let span = identity.secondSpan { more = try await reader.words(span) }
            guard let evidence = identity.evidence(words, more) else { continue }
            return ProfileMatch(key: key, profile: profile, score: .max, evidence: evidence)
        }
        return nil
    }

    /// All profiles that fit, best first; of equal ones those first whose registers are confirmed.
    static func all(_ reader: inout Reader) async throws -> [ProfileMatch] {
        var matches: [ProfileMatch] = []
        // A device that can say what it is has said so, or is another one.
        for (key, profile) in ProfileLibrary.all(.modbus) as [(key: String, profile: ModbusProfile)]
        where profile.identity == nil {
            if let match = try await match(key, profile, &reader) { matches.append(match) }
        }
        func rank(_ match: ProfileMatch) -> (Int, Int) { (match.score, match.profile.header.isVerified ? 1 : 0) }
        // The sort is stable, so that the order is always the same.
        return matches.sorted { rank($0) > rank($1) }
    }

    /// The match of one profile; `nil` when it does not fit.
    ///
    /// Voltage and frequency come first, as one or two requests rule out nearly all profiles.
    ///
    /// - Parameters:
    ///   - key: the name of the profile.
    ///   - profile: to be tried.
    ///   - reader: asks the device, each span once.
    /// - Returns: the match.
    /// - Throws: `CancellationError`, or an error of the line.
    private static func match(
        _ key: String,
        _ profile: ModbusProfile,
        _ reader: inout Reader
    ) async throws -> ProfileMatch? {
        let registers = profile.list.registers
        var evidence: [String] = []
        for (field, unit) in [("v", "V"), ("hz", "Hz")] {
            guard let register = registers.first(where: { $0.field == field }) else {
                // Without a voltage nothing can be told from its values.
                if field == "v" { return nil }
                continue
            }
            guard let words = try await reader.words(register.layout.span),
                let number = number(register, words[...]), isPossible(number, field), number != 0
            else { return nil }
            evidence.append("\((number * 10).rounded() / 10) \(unit)")
        }
        var score = 0
        var plan = ReadPlan(registers.map(\.layout.span), limits: profile.list.limits)
        var waiting = plan.blocks[...]
        while let block = waiting.popFirst() {
            guard let words = try await reader.words(block.span) else {
                let instead = plan.refused(block)
                if instead.isEmpty { score -= 2 * block.values.count }
                waiting = instead[...] + waiting
                continue
            }
            for place in block.values {
                let register = registers[place]
                let start = register.layout.span.address - block.span.address
                guard let number = number(register, words[start..<(start + register.layout.span.count)]) else {
                    continue
                }
                if !isPossible(number, register.field) { score -= 2 } else if number != 0 { score += 1 }
            }
        }
        guard score > 0 else { return nil }
        return ProfileMatch(key: key, profile: profile, score: score, evidence: evidence.joined(separator: ", "))
    }

    /// The number of a register, scaled; `nil` for a text, a bit or no value.
    private static func number(_ register: ModbusRegister, _ words: ArraySlice<UInt16>) -> Double? {
        var impossible = 0
        return register.layout.value(words).flatMap { register.stored($0, impossible: &impossible) }?.number
    }

    /// True when a meter in a home can have such a value, in the stored unit.
    ///
    /// Mains voltage is 80 to 300 V and frequency 45 to 65 Hz; the other ranges are wide, and only keep out nonsense.
    private static func isPossible(_ number: Double, _ field: String) -> Bool {
        switch Field(rawValue: field)?.quantity {
        case .voltage: (80...300).contains(number)
        case .frequency: (45...65).contains(number)
        case .ratio: (-1.01...1.01).contains(number)
        case .current: (-1000...1000).contains(number)
        case .power, .apparentPower, .reactivePower: (-500_000...500_000).contains(number)
        case .energy: (0...1e12).contains(number)
        default: true
        }
    }
}
