/// The choice of one of a meter's records, as a person writes it.
///
/// `energy`, `maximum power storage 1`, `energy negative only`, `volume tariff 2 in l`, `called %RH`, `record 4 times 10`.
/// Words that are left out mean the current value, no tariff and the meter itself.
public struct MBusSelector: Sendable, Hashable, CustomStringConvertible {
    /// The way in which the record is named.
    public enum Kind: Sendable, Hashable {
        /// By its quantity.
        case quantity(MBusQuantity)
        /// By the meter's own name in plain text.
        case called(String)
        /// By its place in the answer, from 0.
        case place(Int)
    }

    /// The way in which the record is named.
    public var kind: Kind
    /// The kind of value; default instantaneous.
    public var function = MBusRecord.Function.instantaneous
    /// The storage number; default 0, the current value.
    public var storage: UInt64 = 0
    /// The tariff; default 0, the total.
    public var tariff: UInt32 = 0
    /// The part of the meter; default 0.
    public var subunit: UInt16 = 0
    /// The qualifiers that the record must have, in their words; none for a plain value.
    public var meanings: [String] = []
    /// The wanted unit; `nil` for the meter's own.
    public var unit: String?
    /// The number by which a value without a unit is multiplied, as for a maker's own record in 10 Wh; default 1.
    public var factor = MBusNumber.decimal(1, exponent: 0)

    /// A selector of a quantity's current value.
    public init(_ quantity: MBusQuantity, in unit: String? = nil, meanings: [String] = []) {
        kind = .quantity(quantity)
        self.unit = unit
        self.meanings = meanings
    }

    /// The selector that means a record, by the meter's own name where it has one.
    public init(_ record: MBusRecord) {
        kind = record.name.map { .called($0) } ?? .quantity(record.quantity)
        function = record.function
        storage = record.storage
        tariff = record.tariff
        subunit = record.subunit
        meanings = record.meanings.map(\.description)
    }

    /// Reads a person's words.
    ///
    /// - Returns: `nil` when it names no quantity, when the unit is unknown, or when a word is left over.
    public init?(_ text: String) {
        var words = text.split(separator: " ").map(String.init)[...]
        self.init(.unknown)
        if let place = words.lastIndex(of: "in"), place == words.endIndex - 2, let last = words.last {
            unit = MBusConversion.spelled(last)
            guard MBusConversion.isKnown(unit ?? "") else { return nil }
            words = words[..<place]
        }
        if words.count == 4, words.first == "record", words.dropLast().last == "times" {
            guard let factor = words.last.flatMap({ MBusNumber(text: $0) }) else { return nil }
            self.factor = factor
            words = words.dropLast(2)
        }
        if words.count == 2, words.first == "record", let place = words.last.flatMap({ Int($0) }), place >= 0 {
            kind = .place(place)
            return
        }
        for function in MBusRecord.Function.allCases
        where words.starts(with: function.rawValue.split(separator: " ").map(String.init)) {
            self.function = function
            words = words.dropFirst(function.rawValue.split(separator: " ").count)
        }
        let ends = words.firstIndex {
            ["storage", "tariff", "subunit", "positive", "negative"].contains($0) || $0.hasPrefix("(")
        }
        guard let (kind, rest) = Self.subject(words, ends) else { return nil }
        self.kind = kind
        guard readRest(rest) else { return nil }
    }

    /// The kind in the words before the place `end`, and the words behind it; the longest name of a quantity counts.
    private static func subject(_ words: ArraySlice<String>, _ end: Int?) -> (Kind, ArraySlice<String>)? {
        if words.first == "called" {
            let stop = end ?? words.endIndex
            guard stop > words.startIndex + 1 else { return nil }
            return (.called(words[(words.startIndex + 1)..<stop].joined(separator: " ")), words[stop...])
        }
        for count in stride(from: words.count, to: 0, by: -1) {
            let name = words.prefix(count).joined(separator: " ").lowercased()
            if let quantity = MBusQuantity(rawValue: name) { return (.quantity(quantity), words.dropFirst(count)) }
        }
        return nil
    }

    /// Reads storage, tariff, subunit and meanings; false when a word is none of these.
    private mutating func readRest(_ words: ArraySlice<String>) -> Bool {
        var words = words
        while let word = words.popFirst() {
            switch word {
            case "storage":
                guard let number = words.popFirst().flatMap({ UInt64($0) }) else { return false }
                storage = number
            case "tariff":
                guard let number = words.popFirst().flatMap({ UInt32($0) }) else { return false }
                tariff = number
            case "subunit":
                guard let number = words.popFirst().flatMap({ UInt16($0) }) else { return false }
                subunit = number
            case "positive", "negative":
                guard words.popFirst() == "only" else { return false }
                meanings.append(word + " only")
            case _ where word.hasPrefix("("):
                var text = String(word.dropFirst())
                while !text.hasSuffix(")") {
                    guard let next = words.popFirst() else { return false }
                    text += " " + next
                }
                // Blocks of earlier releases name it; it says nothing of the value.
                if text != "\(MBusQualifier.noError))" { meanings.append(String(text.dropLast())) }
            default: return false
            }
        }
        return true
    }

    /// The selector in words that `init(_:)` reads.
    public var description: String {
        var parts: [String] = []
        if function != .instantaneous { parts.append(function.rawValue) }
        switch kind {
        case .quantity(let quantity): parts.append(quantity.rawValue)
        case .called(let name): parts.append("called \(name)")
        case .place(let place): parts.append("record \(place)")
        }
        if storage != 0 { parts.append("storage \(storage)") }
        if tariff != 0 { parts.append("tariff \(tariff)") }
        if subunit != 0 { parts.append("subunit \(subunit)") }
        parts += meanings.map { ["positive only", "negative only"].contains($0) ? $0 : "(\($0))" }
        if factor != .decimal(1, exponent: 0) {
            parts.append("times " + (factor.integer.map { "\($0)" } ?? "\(factor.double)"))
        }
        if let unit { parts.append("in \(unit)") }
        return parts.joined(separator: " ")
    }
}
