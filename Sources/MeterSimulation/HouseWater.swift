/// The water of a house: 380 litres on each day of its four people, all of it while they are awake.
enum HouseWater {
    /// The litres taken evenly over spans of the day, in seconds since midnight: showers, the kitchen, the evening.
    private static let uses: [(span: ClosedRange<Int>, litres: Int)] = [
        (23_400...30_600, 150), (43_200...48_600, 50), (66_600...79_200, 180),
    ]
    private static let perDay = uses.reduce(0) { $0 + $1.litres }
    /// The day on which the meter was put in, 2019-04-14, in days since 1970.
    private static let firstDay: Int64 = 18_000

    /// The register at a time of the clock, in litres; it never falls, also in the night that has an hour twice.
    static func litres(at local: ParisTime) -> Int64 {
        let today = uses.reduce(0) { sum, use in
            let passed = min(max(local.secondOfDay, use.span.lowerBound), use.span.upperBound) - use.span.lowerBound
            return sum + use.litres * passed / (use.span.upperBound - use.span.lowerBound)
        }
        return max(0, local.dayNumber - firstDay) * Int64(perDay) + Int64(today)
    }
}
