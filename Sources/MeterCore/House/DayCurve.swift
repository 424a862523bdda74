import MeterNotation

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

        /// True when nothing is known of it.
        public var isEmpty: Bool { production == nil && drawn == nil && injected == nil && house == nil }
    }

    /// The means of what was known of some steps.
    public struct Means: Sendable {
        /// The W beyond which a power is none: a database may have what an earlier release took.
        private static let most = 1e9

        private struct Mean: Sendable {
            // Thousands of such powers are far from the largest one that it holds.
            private var sum: Float = 0
            private var count: Float = 0

            var value: Double? { count > 0 ? Double(sum / count) : nil }

            mutating func note(_ value: Double?) {
                guard let value, abs(value) <= Means.most else { return }
                sum += Float(value)
                count += 1
            }
        }

        private var production, drawn, injected, house: Mean

        /// Begins with nothing known.
        public init() { (production, drawn, injected, house) = (Mean(), Mean(), Mean(), Mean()) }

        /// Takes the powers of a step.
        public mutating func note(_ step: Minute) {
            production.note(step.production)
            drawn.note(step.drawn)
            injected.note(step.injected)
            house.note(step.house)
        }

        /// The means as the powers of one step.
        public func step(at time: Int64) -> Minute {
            Minute(
                time: time,
                production: production.value,
                drawn: drawn.value,
                injected: injected.value,
                house: house.value
            )
        }
    }

    private struct Slot: Sendable {
        /// The number of the minute since 1970; 0 for none.
        var minute: Int64 = 0
        var means = Means()
    }

    private var slots = [Slot](repeating: Slot(), count: DayCurve.length)

    public init() {}

    /// Takes the flows of ten seconds.
    mutating func note(_ flow: Flow) {
        let minute = flow.time / 60
        guard minute > 0 else { return }
        let place = Self.place(minute)
        if slots[place].minute != minute { slots[place] = Slot(minute: minute) }
        slots[place].means.note(
            Minute(
                time: flow.time,
                production: flow.production,
                drawn: flow.import,
                injected: flow.export,
                house: flow.consumption
            )
        )
    }

    private static func place(_ minute: Int64) -> Int { Int(floorModulo(minute, Int64(length))) }

    /// Takes minutes from the database, of which those that are known already are left as they are.
    public mutating func fill(_ minutes: [Minute]) {
        for one in minutes where one.time > 0 {
            let minute = one.time / 60
            let place = Self.place(minute)
            guard slots[place].minute < minute else { continue }
            slots[place] = Slot(minute: minute)
            slots[place].means.note(one)
        }
    }

    /// Forgets the minutes of a time that has not come: a clock that was ahead had noted them.
    mutating func forget(after now: Int64) {
        for place in slots.indices where slots[place].minute > now / 60 { slots[place] = Slot() }
    }

    /// The minutes of a day that ends now, in order, one for each; `nil` fields where nothing was known.
    public func minutes(until now: Int64) -> [Minute] {
        let last = now / 60
        return (last - Int64(Self.length) + 1...last).map { minute in
            let slot = slots[Self.place(minute)]
            return slot.minute == minute ? slot.means.step(at: minute * 60) : Minute(time: minute * 60)
        }
    }
}
