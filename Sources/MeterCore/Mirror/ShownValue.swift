/// The latest value of a quantity, as neighbours are shown it.
public struct ShownValue: Sendable, Hashable {
    /// The value.
    public enum Content: Sendable, Hashable {
        /// A total, which only grows.
        case total(RunningTotal)
        /// What is now.
        case number(Double)
        case text(String)
        /// It was known, and is not any more: the meter is silent.
        case unknown
    }

    /// The quantity that has the value.
    public var quantity: ShownQuantity
    /// The latest value.
    public var content: Content

    public init(_ quantity: ShownQuantity, _ content: Content) { (self.quantity, self.content) = (quantity, content) }
}
