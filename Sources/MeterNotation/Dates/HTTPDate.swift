/// A date as the head of an HTTP answer has it: `Mon, 30 Nov 2026 02:56:37 GMT` (RFC 9110, 5.6.7).
///
/// - Parameter text: the words of the header `Date`.
/// - Returns: seconds since 1970; `nil` for anything else.
public func secondsOfHTTPDate(_ text: String) -> Int64? {
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let words = text.split(separator: " ").map { String($0) }
    guard words.count == 6, words[5] == "GMT", let month = months.firstIndex(of: words[2]),
        let day = Int64(words[1]), let year = Int64(words[3])
    else { return nil }
    let date = LocalDate(year: year, month: Int64(month) + 1, day: day)
    let clock = words[4].split(separator: ":").map { Int64($0) ?? -1 }
    guard date.exists, clock.count == 3, (0...23).contains(clock[0]), (0...59).contains(clock[1]),
        (0...60).contains(clock[2])
    else { return nil }
    let seconds: Int64 = clock[0] * 3600 + clock[1] * 60 + clock[2]
    return date.dayNumber * 86_400 + seconds
}
