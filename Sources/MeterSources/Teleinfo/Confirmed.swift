/// A value that is learnt over readings: believed when several of them agree, and never forgotten because one lacks it.
///
/// A reading that lacks the value is not told here at all.
struct Confirmed<Value: Equatable & Sendable>: Sendable {
    /// The value that is believed; `nil` before enough readings agreed.
    private(set) var value: Value?
    /// Another value, and the readings in a row that had it.
    private var candidate: Value?
    private var readings = 0

    /// Begins with nothing, or with what was believed before.
    init(_ value: Value? = nil) { self.value = value }

    /// Takes the value of a reading.
    ///
    /// - Parameters:
    ///   - new: the value.
    ///   - needed: the readings in a row that must agree on another value than the one believed, at least 1.
    /// - Returns: true when it is believed now.
    @discardableResult
    mutating func hear(_ new: Value, needed: Int) -> Bool {
        guard new != value else {
            readings = 0
            return true
        }
        readings = new == candidate && readings > 0 ? readings + 1 : 1
        candidate = new
        guard readings >= needed else { return false }
        value = new
        readings = 0
        return true
    }
}
