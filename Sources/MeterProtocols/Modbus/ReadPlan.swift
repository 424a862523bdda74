/// The limits of a device in one request.
public struct RequestLimits: Sendable, Hashable {
    /// The most entries in one request; `nil` for the standard's number.
    ///
    /// Some meters take far less, an EM24 for one 11.
    public var most: Int?
    /// The most unwanted entries that are read along to save a request; 0 for none.
    public var largestHole: Int
    /// Addresses that must never be read, not even along.
    public var forbidden: [ClosedRange<Int>]

    /// The limits of a device; the defaults are the standard's, and nothing is read along.
    public init(most: Int? = nil, largestHole: Int = 0, forbidden: [ClosedRange<Int>] = []) {
        self.most = most
        self.largestHole = largestHole
        self.forbidden = forbidden
    }

    /// The most entries in one request of a table, never more than the standard allows.
    func most(_ table: ModbusTable) -> Int { min(most ?? table.mostEntries, table.mostEntries) }

    /// True when a span touches no forbidden address.
    func allows(_ span: ModbusSpan) -> Bool {
        !forbidden.contains { $0.lowerBound < span.end && $0.upperBound >= span.address }
    }
}

/// The few requests that bring all the wanted values.
public struct ReadPlan: Sendable {
    /// One request and the wanted values that it brings.
    public struct Block: Sendable, Hashable {
        /// The entries to ask for.
        public var span: ModbusSpan
        /// The places of its values in the list of wanted ones, in the order of addresses.
        public var values: [Int]
    }

    /// The spans of the wanted values, in the caller's order.
    private let wanted: [ModbusSpan]
    private let limits: RequestLimits
    /// The requests, by table and address.
    public private(set) var blocks: [Block]

    /// Groups values; one value is never split, so that its registers are of the same instant.
    public init(_ wanted: [ModbusSpan], limits: RequestLimits) {
        self.wanted = wanted
        self.limits = limits
        blocks = Self.group(Array(wanted.indices), wanted, limits)
    }

    /// Takes note that a device refused a request for good, and splits it.
    ///
    /// It is asked without unwanted entries, and if it had none, for its values in two halves: so the one address that
    /// the device does not have costs only its own value.
    ///
    /// - Returns: the requests that replace it; none when it was for one value alone, which is given up.
    public mutating func refused(_ block: Block) -> [Block] {
        guard let place = blocks.firstIndex(of: block) else { return [] }
        var strict = limits
        strict.largestHole = 0
        var instead = Self.group(block.values, wanted, strict)
        if instead.count == 1 {
            let half = block.values.count / 2
            let halves = half > 0 ? [block.values[..<half], block.values[half...]] : []
            instead = halves.flatMap { Self.group(Array($0), wanted, strict) }
        }
        blocks.replaceSubrange(place...place, with: instead)
        return instead
    }

    /// The requests for some of the wanted values, sorted by table and address.
    private static func group(_ values: [Int], _ wanted: [ModbusSpan], _ limits: RequestLimits) -> [Block] {
        let sorted = values.sorted { a, b in
            (wanted[a].table, wanted[a].address, a) < (wanted[b].table, wanted[b].address, b)
        }
        var blocks: [Block] = []
        for value in sorted {
            let span = wanted[value]
            if let last = blocks.last, let joined = join(last.span, span, limits) {
                blocks[blocks.count - 1].span = joined
                blocks[blocks.count - 1].values.append(value)
            } else {
                blocks.append(Block(span: span, values: [value]))
            }
        }
        return blocks
    }

    /// One span over both; `nil` when the device may not be asked for it.
    private static func join(_ a: ModbusSpan, _ b: ModbusSpan, _ limits: RequestLimits) -> ModbusSpan? {
        guard a.table == b.table, b.address - a.end <= limits.largestHole else { return nil }
        let joined = ModbusSpan(a.table, at: a.address, count: max(a.end, b.end) - a.address)
        guard joined.count <= limits.most(a.table) else { return nil }
        let hole = ModbusSpan(a.table, at: a.end, count: b.address - a.end)
        return hole.count <= 0 || limits.allows(hole) ? joined : nil
    }
}
