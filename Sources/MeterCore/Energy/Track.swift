/// A register as it was read last, and what the next reading means.
struct Track: Sendable, Codable {
    /// The meaning of a reading beside the one before.
    enum Step: Sendable, Equatable {
        /// Not newer than what is known: a register that only grows has nothing to add.
        case late
        /// It grew, by a step that is possible in that time.
        case grew(by: Double, since: Int64)
        /// It grew and started again at zero.
        case rolledOver(by: Double, since: Int64)
        /// Another meter, or this one was reset: what was counted in between is not known.
        case newChapter(Chapter)
    }

    /// The reason for which a register goes on from another value.
    enum Chapter: String, Sendable, Equatable {
        /// Another serial number.
        case replaced
        /// Smaller than before.
        case reset
        /// More than a connection can carry.
        case jumped
    }

    /// The units, Wh mostly, that one meter shows late or rounds.
    private static let slack = 10.0

    /// The time of the last reading, in seconds since 1970.
    private(set) var time: Int64
    /// The register at the last reading.
    private(set) var value: Double
    /// The serial number that the meter told last.
    private(set) var serial: String?
    /// Quarters that closed since without a reading.
    var missed = 0

    /// Begins with a first reading, of which nothing can be booked.
    init(_ value: Double, serial: String?, at time: Int64) {
        self.time = time
        self.value = value
        self.serial = serial
    }

    /// Takes the next reading.
    mutating func note(_ value: Double, serial: String?, at time: Int64, _ register: MeterRegister) -> Step {
        guard time > self.time else { return setBack(to: value, serial: serial, register) }
        let (before, since) = (self.value, self.time)
        let isOther = serial != nil && self.serial != nil && serial != self.serial
        self.time = time
        self.value = value
        self.serial = serial ?? self.serial
        missed = 0
        let most = register.largestPerHour.map { $0 * Double(time - since) / 3600 + Self.slack } ?? .infinity
        if isOther { return .newChapter(.replaced) }
        if value >= before {
            return value - before <= most ? .grew(by: value - before, since: since) : .newChapter(.jumped)
        }
        if let wrap = register.wrapsAt, value + wrap - before <= most {
            return .rolledOver(by: value + wrap - before, since: since)
        }
        return .newChapter(.reset)
    }

    /// An old reading has nothing to add; one that is larger all the same is new, and the clock was set back.
    ///
    /// Until it has come to where it was, what is counted counts for the moment before it was set: nothing is lost.
    private mutating func setBack(to value: Double, serial: String?, _ register: MeterRegister) -> Step {
        let growth = value - self.value
        let isSame = serial == nil || self.serial == nil || serial == self.serial
        guard isSame, growth > 0, let most = register.largestPerHour, growth <= most else { return .late }
        (self.value, missed) = (value, 0)
        return .grew(by: growth, since: time)
    }
}
