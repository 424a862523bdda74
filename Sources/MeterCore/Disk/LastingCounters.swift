/// A type with counters that go on over restarts, each saved under its name.
public protocol LastingCounters {
    /// The counters by the names under which they are saved.
    static var lasting: [String: WritableKeyPath<Self, Int>] { get }
}

extension LastingCounters {
    /// The counters' values by their names; one that is not named becomes 0.
    public var totals: [String: Int] {
        get { Self.lasting.mapValues { self[keyPath: $0] } }
        set { for (name, counter) in Self.lasting { self[keyPath: counter] = newValue[name] ?? 0 } }
    }
}
