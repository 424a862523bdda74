import MeterCore
import MeterNotation

/// The curve of a day or of some hours of it, as paths of SVG.
///
/// Each column of the drawing has the mean of what was known in it; where nothing was for a minute, the line is broken.
struct PowerCurve: Sendable, Encodable {
    /// The height of the drawing, in its own units.
    static let height = 200
    /// The columns that a drawing has usually.
    private static let usualColumns: Int64 = 288
    /// The seconds of the shortest column: those of a flow in the database.
    private static let shortest: Int64 = 10
    /// The seconds between two readings at which a power was known all the time, as `Balance` has it.
    private static let freshness: Int64 = 60

    /// The lines, by series: `sun`, `drawn`, `injected` (areas, the last below zero) and `house` (a line).
    var paths: [String: String] = [:]
    /// The lines of the scale, and their words from the top to the bottom.
    var grid = ""
    var values: [String] = []
    /// The line of zero.
    var zero = ""
    /// The columns of the drawing.
    let columns: Int
    /// The words below, at equal distances from the left to the right.
    var times: [String] = []

    /// Draws a span.
    ///
    /// - Parameters:
    ///   - steps: the powers, in order, of minutes or of shorter steps.
    ///   - span: in seconds since 1970, whole hours.
    ///   - words: names times and powers.
    ///   - step: the seconds of a column, not less than those of a step; by default those of `step(of:)`.
    init(_ steps: [DayCurve.Minute], _ span: Range<Int64>, _ words: LocalWords, step: Int64? = nil) {
        let seconds = step ?? Self.step(of: span)
        let count = Int((span.upperBound - span.lowerBound) / seconds)
        var columns = [DayCurve.Means](repeating: DayCurve.Means(), count: count)
        for step in steps where span.contains(step.time) {
            let place = Int((step.time - span.lowerBound) / seconds)
            if columns.indices.contains(place) { columns[place].note(step) }
        }
        let means = Self.joined(columns.map { $0.step(at: 0) }, most: Int(Self.freshness / seconds))
        let highest = means.reduce(0) { max($0, $1.production ?? 0, $1.house ?? 0, $1.drawn ?? 0) }
        let lowest = means.reduce(0) { min($0, -($1.injected ?? 0)) }
        let scale = PowerScale(lowest: lowest, highest: highest, least: 100)
        func height(_ value: Double) -> Int { Int(scale.height(of: value, in: Double(Self.height)).rounded()) }
        let ground = height(0)
        self.columns = count
        zero = "M0 \(ground)h\(count)"
        for value in scale.values { grid += "M0 \(height(value))h\(count)" }
        values = scale.values.map { words.language.shortPower($0) }
        paths["sun"] = Self.area(means.map { $0.production.map(height) }, ground)
        paths["house"] = Self.line(means.map { $0.house.map(height) })
        paths["drawn"] = Self.area(means.map { $0.drawn.map(height) }, ground)
        paths["injected"] = Self.area(means.map { $0.injected.map { height(-$0) } }, ground)
        let parts: Int64 = 6
        times = (0...parts).map { part in
            let time = span.lowerBound + (span.upperBound - span.lowerBound) / parts * part
            return time % 3600 == 0 && span.upperBound - span.lowerBound >= 21_600 ? words.hour(time) : words.time(time)
        }
    }

    /// The columns, of which those between two known ones that are close together are as the first of these.
    private static func joined(_ columns: [DayCurve.Minute], most: Int) -> [DayCurve.Minute] {
        let unknown = DayCurve.Minute(time: 0)
        var (columns, last) = (columns, -1)
        for place in columns.indices where columns[place] != unknown {
            if last >= 0, place - last <= most {
                for between in last + 1..<place { columns[between] = columns[last] }
            }
            last = place
        }
        return columns
    }

    /// The seconds of a column: 300 for a day, also one of 23 or 25 hours, 75 for six hours, 10 for an hour.
    static func step(of span: Range<Int64>) -> Int64 {
        let length = span.upperBound - span.lowerBound
        guard !length.isMultiple(of: usualColumns) else { return length / usualColumns }
        return length > 43_200 ? 300 : shortest
    }

    /// The day that ends with the present hour, so that whole hours stand below it.
    static func day(until now: Int64) -> Range<Int64> {
        let end = (now / 3600 + 1) * 3600
        return end - 86_400..<end
    }

    /// A line, broken where nothing is known; each stretch of one height is one stroke.
    private static func line(_ heights: [Int?]) -> String {
        var path = ""
        stretches(heights) { start, stretch in
            path += "M\(start) \(stretch[0])" + strokes(stretch)
        }
        return path
    }

    /// The area between a line and zero.
    private static func area(_ heights: [Int?], _ zero: Int) -> String {
        var path = ""
        stretches(heights) { start, stretch in
            guard stretch.contains(where: { $0 != zero }) else { return }
            path += "M\(start) \(zero)V\(stretch[0])" + strokes(stretch) + "V\(zero)z"
        }
        return path
    }

    /// Strokes from the first to the last column of a stretch, and one column further, so that one alone is seen.
    private static func strokes(_ stretch: [Int]) -> String {
        var path = ""
        var level = 0
        for (before, height) in zip(stretch, stretch.dropFirst()) {
            if before == height {
                level += 1
                continue
            }
            if level > 0 { path += "h\(level)" }
            level = 0
            let rise = height - before
            path += rise < 0 ? "l1\(rise)" : "l1 \(rise)"
        }
        return path + "h\(level + 1)"
    }

    private static func stretches(_ heights: [Int?], _ body: (Int, [Int]) -> Void) {
        var stretch: [Int] = []
        for place in 0...heights.count {
            if place < heights.count, let height = heights[place] {
                stretch.append(height)
            } else if !stretch.isEmpty {
                body(place - stretch.count, stretch)
                stretch = []
            }
        }
    }
}
