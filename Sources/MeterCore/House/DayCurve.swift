/// The powers of the house in each minute of the last 24 hours, as means of the flows of ten seconds.
///
/// Bounded: 1440 minutes in some 50 kB.
public struct DayCurve: Sendable {
    /// The minutes that are kept.
    public static let length = 1440

    /// The powers of a minute in W; what was not known is `nil`.
    public struct Minute: Sendable, Equatable {
        /// The start of the minute, in seconds since 1970.
        public var time: Int64
        public var production, drawn, injected, house: Double?

        public init(
            time: Int64,
            production: Double? = nil,
            drawn: Double? = nil,
            injected: Double? = nil,
            house: Double? = nil
        ) {
            self.time = time
            self.production = production
            self.drawn = drawn
            self.injected = injected
            self.house = house
        }
    }

    /// The sum of what was known in a minute.
    private struct Mean: Sendable {
        var sum: Float = 0
        var count: Float = 0

        var value: Double? { count > 0 ? Double(sum / count) : nil }

        mutating func note(_ value: Double?) {
            guard let value else { return }
            sum += Float(value)
            count += 1
        }
    }

    private struct Slot: Sendable {
        /// The number of the minute since 1970; 0 for none.
        var minute: Int64 = 0
        var production = Mean()
        var drawn = Mean()
        var injected = Mean()
        var house = Mean()
    }

    private var slots = [Slot](repeating: Slot(), count: DayCurve.length)

    public init() {}

    /// Takes the flows of ten seconds.
    mutating func note(_ flow: Flow) {
        let minute = flow.time / 60
        guard minute > 0 else { return }
        let place = Int(minute % Int64(Self.length))
        if slots[place].minute != minute { slots[place] = Slot(minute: minute) }
        slots[place].production.note(flow.production)
        slots[place].drawn.note(flow.import)
        slots[place].injected.note(flow.export)
        slots[place].house.note(flow.consumption)
    }

    /// Takes minutes from the database, of which those that are known already are left as they are.
    public mutating func fill(_ minutes: [Minute]) {
        for one in minutes where one.time > 0 {
            let minute = one.time / 60
            let place = Int(minute % Int64(Self.length))
            guard slots[place].minute < minute else { continue }
            slots[place] = Slot(minute: minute)
            slots[place].production.note(one.production)
            slots[place].drawn.note(one.drawn)
            slots[place].injected.note(one.injected)
            slots[place].house.note(one.house)
        }
    }

    /// The minutes of a day that ends now, in order, one for each; `nil` fields where nothing was known.
    public func minutes(until now: Int64) -> [Minute] {
        let last = now / 60
        return (last - Int64(Self.length) + 1...last).map { minute in
            let slot = slots[Int((minute % Int64(Self.length) + Int64(Self.length)) % Int64(Self.length))]
            guard slot.minute == minute else { return Minute(time: minute * 60) }
            return Minute(
                time: minute * 60,
                production: slot.production.value,
                drawn: slot.drawn.value,
                injected: slot.injected.value,
                house: slot.house.value
            )
        }
    }
}
