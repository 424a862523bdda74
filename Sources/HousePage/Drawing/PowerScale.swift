/// The vertical scale of a drawing, with lines at round values and zero among them.
struct PowerScale: Sendable, Equatable {
    /// The distance between two lines, 1, 2 or 5 times a power of ten.
    let step: Double
    /// The lines above zero and below it.
    let above, below: Int

    /// A scale for values from a lowest to a highest one, with five lines or so.
    ///
    /// - Parameters:
    ///   - lowest: 0 or less.
    ///   - highest: 0 or more.
    ///   - least: the smallest distance between two lines.
    init(lowest: Double, highest: Double, least: Double) {
        let (lowest, highest) = (-Self.believed(-lowest), Self.believed(highest))
        let span = max(highest - lowest, least)
        var step = least
        let factors = [2, 2.5, 2]
        var place = 0
        while span / step > 5 {
            step *= factors[place % 3]
            place += 1
        }
        self.step = step
        above = max(1, Int((highest / step).rounded(.up)))
        below = Int((-lowest / step).rounded(.up))
    }

    /// A value from 0 to 1e15; no number is 0.
    private static func believed(_ value: Double) -> Double { value > 0 ? min(value, 1e15) : 0 }

    /// The values at the lines, the highest first.
    var values: [Double] { (-below...above).reversed().map { Double($0) * step } }

    /// The height at which a value lies, from 0 at the top to `height`.
    func height(of value: Double, in height: Double) -> Double {
        let lines = Double(above + below)
        return min(height, max(0, (Double(above) * step - value) / (lines * step) * height))
    }
}
