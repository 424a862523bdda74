import MeterNotation

/// The instants of the register: whole seconds in UTC, in one form only, `2026-11-29T20:15:00Z`.
enum RegisterTime {
    private static let form = [UInt8]("0000-00-00T00:00:00Z".utf8)

    /// The text of an instant in seconds since 1970.
    static func text(_ seconds: Int64) -> String {
        let date = LocalDate(dayNumber: floorDivision(seconds, 86_400))
        let rest = floorModulo(seconds, 86_400)
        let parts = [rest / 3600, rest / 60 % 60, rest % 60].map { $0.digits(2) }.joined(separator: ":")
        return "\(date.year.digits(4))-\(date.month.digits(2))-\(date.day.digits(2))T\(parts)Z"
    }

    /// The year of an instant, in UTC.
    static func year(_ seconds: Int64) -> Int64 { LocalDate(dayNumber: floorDivision(seconds, 86_400)).year }

    /// The seconds since 1970 of a text; `nil` when it is none, or no clock shows that.
    static func seconds(_ text: some Collection<UInt8>) -> Int64? {
        guard text.count == form.count else { return nil }
        var numbers: [Int64] = [0]
        for (letter, wanted) in zip(text, form) {
            if wanted == UInt8(ascii: "0") {
                guard case let digit = letter &- wanted, digit < 10 else { return nil }
                numbers[numbers.count - 1] = numbers[numbers.count - 1] * 10 + Int64(digit)
            } else {
                guard letter == wanted else { return nil }
                numbers.append(0)
            }
        }
        let date = LocalDate(year: numbers[0], month: numbers[1], day: numbers[2])
        guard (1970...9999).contains(date.year), (1...12).contains(date.month), date.exists, numbers[3] < 24,
            numbers[4] < 60, numbers[5] < 60
        else { return nil }
        return date.dayNumber * 86_400 + numbers[3] * 3600 + numbers[4] * 60 + numbers[5]
    }
}
