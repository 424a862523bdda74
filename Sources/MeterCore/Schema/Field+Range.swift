extension Field {
    /// True for a number that can be true, whatever device tells it: a charge is from 0 to 100 %.
    public func canBe(_ number: Double) -> Bool {
        switch self {
        case .socPercent: (0...100).contains(number)
        default: true
        }
    }
}
