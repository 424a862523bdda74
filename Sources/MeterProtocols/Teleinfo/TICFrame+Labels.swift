extension TICFrame {
    /// A set of labels that is walked in the order of emission: one bit a label.
    public struct Labels: Sendable, Hashable, Sequence {
        private var low: UInt64 = 0
        private var high: UInt64 = 0

        /// Makes an empty set.
        public init() {}

        /// The number of labels.
        public var count: Int { low.nonzeroBitCount + high.nonzeroBitCount }
        /// True when there is none.
        public var isEmpty: Bool { low | high == 0 }

        /// True when the label is among them.
        @inline(__always)
        public func contains(_ label: TICLabel) -> Bool {
            let bit: UInt64 = 1 &<< UInt64(label.rawValue)
            return (label.rawValue < 64 ? low : high) & bit != 0
        }

        /// Adds a label; true if it was there already.
        @inline(__always)
        mutating func insert(_ label: TICLabel) -> Bool {
            let bit: UInt64 = 1 &<< UInt64(label.rawValue)
            let isHigh = label.rawValue >= 64
            let before = isHigh ? high : low
            if isHigh { high |= bit } else { low |= bit }
            return before & bit != 0
        }

        /// Makes a set of some labels.
        public init(_ labels: some Sequence<TICLabel>) { for label in labels { _ = insert(label) } }

        /// True when all labels of the other set are among them.
        public func isSuperset(of other: Self) -> Bool { other.low & ~low | other.high & ~high == 0 }

        /// The labels that are in either set.
        public func union(_ other: Self) -> Self {
            var either = self
            either.low |= other.low
            either.high |= other.high
            return either
        }

        /// The labels that are in both sets.
        public func intersection(_ other: Self) -> Self {
            var both = self
            both.low &= other.low
            both.high &= other.high
            return both
        }

        /// Walks the labels in the order of emission.
        public func makeIterator() -> Iterator { Iterator(low: low, high: high) }

        /// The labels that remain to be walked.
        public struct Iterator: IteratorProtocol {
            var low: UInt64
            var high: UInt64

            /// The next label.
            public mutating func next() -> TICLabel? {
                if low != 0 {
                    defer { low &= low &- 1 }
                    return TICLabel(rawValue: UInt8(truncatingIfNeeded: low.trailingZeroBitCount))
                }
                guard high != 0 else { return nil }
                defer { high &= high &- 1 }
                return TICLabel(rawValue: 64 &+ UInt8(truncatingIfNeeded: high.trailingZeroBitCount))
            }
        }
    }
}
