/// The registers of the meters as they stood at the end of the last quarter of an hour, and as they stand now.
///
/// Of each register two readings are enough: the newest, and the newest of the quarters before its own.
struct QuarterRegisters: Sendable {
    private struct Name: Hashable {
        var meter: String
        var quantity: MeterRegister.Quantity
    }

    private struct Stand {
        var time: Int64
        var value: Double
    }

    /// The seconds after which a reading no longer says how a register stands: a day.
    private static let longestAge: Int64 = 86_400

    private var stands: [Name: (now: Stand, before: Stand?)] = [:]

    /// The end of the quarter that an instant belongs to; the boundary itself ends one.
    private static func end(of seconds: Int64) -> Int64 { Quarter.start(of: seconds - 1) + Quarter.length }

    /// Takes a reading; one that is older than what is known says nothing, unless that is of a time that has not come.
    mutating func note(_ reading: Reading, at present: Present) {
        guard present.hasCome(reading.time.seconds) else { return }
        for fact in reading.facts {
            guard case .register(let register, let value) = fact, register.name.isEmpty, value.isFinite, value >= 0,
                MeterStand.quantities.contains(register.quantity)
            else { continue }
            let name = Name(meter: reading.meter, quantity: register.quantity)
            let stand = Stand(time: reading.time.seconds, value: value)
            guard let known = stands[name] else {
                stands[name] = (stand, nil)
                continue
            }
            if !present.hasCome(known.now.time) {
                stands[name] = (stand, nil)
            } else if stand.time > known.now.time {
                let isNextQuarter = Self.end(of: stand.time) > Self.end(of: known.now.time)
                stands[name] = (stand, isNextQuarter ? known.now : known.before)
            }
        }
    }

    /// Forgets meters no longer configured.
    mutating func keep(_ sources: [String]) {
        stands = stands.filter { Subject.isMeter($0.key.meter, of: sources) }
    }

    /// Each register as it was read last until the end of a quarter, by name; what was not read within a day is left out.
    func stands(at end: Int64) -> [MeterStand] {
        stands.compactMap { name, stand -> MeterStand? in
            let last = stand.now.time <= end ? stand.now : stand.before
            guard let last, (0...Self.longestAge).contains(end - last.time) else { return nil }
            return MeterStand(meter: name.meter, quantity: name.quantity, wattHours: last.value, age: end - last.time)
        }.sorted { ($0.meter, $0.quantity.rawValue) < ($1.meter, $1.quantity.rawValue) }
    }
}
