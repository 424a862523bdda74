import MeterNotation

/// The off-peak hours (heures creuses) of a contract: windows of local time to the minute, perhaps others in summer.
///
/// Enedis gives each household its own, up to three, and since December 2026 others from 1 April to 31 October.
public struct OffPeakHours: Sendable, Hashable {
    /// A span of the local day.
    struct Window: Sendable, Hashable {
        /// Minutes since midnight, 0 to 1439.
        var start: Int
        /// As `start`; at or before it the window runs over midnight.
        var end: Int

        /// The minutes of the day that lie in it, as one or two spans without midnight.
        var spans: [Range<Int>] {
            end > start ? [start..<end] : [start..<1440, 0..<end].filter { !$0.isEmpty }
        }
    }

    /// Those of the whole year, or from 1 November to 31 March.
    let winter: [Window]
    /// Those from 1 April to 31 October.
    let summer: [Window]

    /// Tempo's, everywhere and all year: 22:00 to 06:00.
    static let tempo = OffPeakHours(winter: [Window(start: 22 * 60, end: 6 * 60)])

    init(winter: [Window], summer: [Window]? = nil) { (self.winter, self.summer) = (winter, summer ?? winter) }

    /// The windows of a local day.
    private func windows(on date: LocalDate) -> [Window] { (4...10).contains(date.month) ? summer : winter }

    /// The share of some minutes of a local day that is off-peak, from 0 to 1.
    ///
    /// - Parameters:
    ///   - minutes: since midnight, without running over it.
    ///   - date: the local day.
    /// - Returns: the part of them that lies in a window.
    func share(of minutes: Range<Int>, on date: LocalDate) -> Double {
        let off = windows(on: date).flatMap(\.spans).reduce(0) { $0 + $1.clamped(to: minutes).count }
        return Double(off) / Double(max(1, minutes.count))
    }
}

extension OffPeakHours {
    /// Reads `22:30-06:30`, `22H30-6H30`, or all windows as Enedis writes them: `HC (2H00-7H00;13H00-16H00)`.
    ///
    /// - Returns: `nil` for what is none, or where windows overlap.
    static func windows(_ text: String) -> [Window]? {
        var text = Substring(text.uppercased().filter { $0 != " " })
        if text.hasPrefix("HC") { text = text.dropFirst(2) }
        if text.hasPrefix("("), text.hasSuffix(")") { text = text.dropFirst().dropLast() }
        let windows = text.split(separator: ";").map { window -> Window? in
            let ends = window.split(separator: "-", omittingEmptySubsequences: false).map(minute)
            guard ends.count == 2, let start = ends[0], let end = ends[1], start != end else { return nil }
            return Window(start: start, end: end)
        }
        guard !windows.isEmpty, !windows.contains(nil) else { return nil }
        return windows.compactMap { $0 }
    }

    /// True when a minute lies in two of them.
    static func overlap(_ windows: [Window]) -> Bool {
        let spans = windows.flatMap(\.spans).sorted { $0.lowerBound < $1.lowerBound }
        return zip(spans, spans.dropFirst()).contains { $0.upperBound > $1.lowerBound }
    }

    /// The minute of the day that `6H30`, `06:30`, `6H` or `24:00` stands for.
    private static func minute(_ text: Substring) -> Int? {
        let parts = text.split(separator: text.contains("H") ? "H" : ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let hour = Int(parts[0]), let minute = parts[1].isEmpty ? 0 : Int(parts[1]),
            (0...24).contains(hour), (0...59).contains(minute), hour < 24 || minute == 0
        else { return nil }
        return (hour * 60 + minute) % 1440
    }
}
