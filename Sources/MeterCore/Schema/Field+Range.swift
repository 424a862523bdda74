extension Field {
    /// The numbers that can be true, whatever device tells them; `nil` for a field without such bounds.
    ///
    /// They are wide: a power station keeps within them, and a number that a device has for "none" does not, such as
    /// the largest one of its type.
    var possible: ClosedRange<Double>? {
        switch self {
        case .socPercent: 0...100
        case .w, .va, .var, .vaIn, .vaOut: -1e7...1e7
        case .v, .vAvg, .vdc1, .vdc2: -1e5...1e5
        case .a, .adc1, .adc2, .hz: -1e5...1e5
        case .wh, .whIn, .whOut, .whCharge, .whDischarge, .value: -1e15...1e15
        case .tempC: -273.15...1e4
        default: nil
        }
    }

    /// True for a number that can be true, whatever device tells it: a charge is from 0 to 100 %, a power 10 MW at most.
    public func canBe(_ number: Double) -> Bool { number.isFinite && possible?.contains(number) ?? true }
}
