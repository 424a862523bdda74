import MeterProtocols

/// The text by which a register is remembered: `count=1234 aligned=5678.9@1200 rejected=3 lost=0`.
extension PulseRegister {
    /// Reads such a text; `nil` when it is not one of a register.
    init?(text: String) {
        var words: [Substring: Substring] = [:]
        for word in text.split(separator: " ") {
            guard let equals = word.firstIndex(of: "=") else { return nil }
            words[word[..<equals]] = word[equals...].dropFirst()
        }
        let aligned = words["aligned"]?.split(separator: "@") ?? []
        guard let count = words["count"].flatMap({ UInt64($0) }), aligned.count == 2,
            let value = Double(String(aligned[0])), value.isFinite, let at = UInt64(aligned[1])
        else { return nil }
        self.init(initial: value)
        self.count = count
        alignedCount = at
        rejected = words["rejected"].flatMap { UInt64($0) } ?? 0
        lost = words["lost"].flatMap { UInt64($0) } ?? 0
    }

    /// The text; words are separated by spaces, and other words may follow.
    var text: String { "count=\(count) aligned=\(alignedValue)@\(alignedCount) rejected=\(rejected) lost=\(lost)" }
}
