import MeterCore
import MeterNotation

/// A meter that reads 1, 2, 3 …, so that everybody can tell which reading is missing.
struct NumberSource: MeterSource {
    static let type = "numbers"
    static let summary: Phrase = "A test's meter."
    static let sample = ""

    var declaration: Declaration { Declaration(stores: [], counts: [], every: period) }
    let numbers: Numbers
    let clock: FastClock
    let wall: @Sendable () -> Timestamp
    /// How often it reads.
    let period: Duration
    /// Whether some readings are of a kind that the server must refuse.
    let isPoisoned: Bool

    init(
        _ numbers: Numbers,
        clock: FastClock,
        wall: @escaping @Sendable () -> Timestamp,
        period: Duration,
        isPoisoned: Bool
    ) {
        (self.numbers, self.clock, self.wall) = (numbers, clock, wall)
        (self.period, self.isPoisoned) = (period, isPoisoned)
    }

    init(settings: ConfigSection) { preconditionFailure("made by hand only") }

    /// It hears nothing.
    func replay(_ recording: any Recording, into points: any PointReceiver, context: SourceContext) {}

    func run(into points: any PointReceiver, context: SourceContext) async throws {
        let measurement = Measurement("numbers", in: RetentionPolicy("raw"))
        let series = (0..<3).map { context.series(measurement, tags: [("part", "\($0)")], fields: ["n"]) }
        while !Task.isCancelled {
            numbers.next { number in
                var time = wall()
                var value = FieldValue.integer(number)
                if isPoisoned, number % 97 == 13 { value = .string("\(number)") }
                if isPoisoned, number % 89 == 7 { time.nanoseconds -= 100 * 86_400 * 1_000_000_000 }
                points.append(Point(series[Int(number % 3)], at: time, [value]))
            }
            context.status.didRead(at: wall())
            try await clock.sleep(for: period)
        }
    }
}
