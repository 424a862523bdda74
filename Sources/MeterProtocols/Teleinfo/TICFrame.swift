import MeterNotation

/// The values of one frame: those groups between STX and ETX that were found good.
///
/// A plain value of about 850 bytes without references: a decoder fills the same one for each frame, and copying it
/// (into an array, to another task) allocates nothing. The labels of one mode only are in a frame.
public struct TICFrame: Sendable {
    /// The way in which the end of a frame was known.
    public enum Ending: UInt8, Sendable {
        /// By its ETX.
        case closed
        /// By the beginning of the next frame: the ETX was lost, or the capture has none.
        case cut
        /// By the end of the capture.
        case endOfCapture
    }

    /// The mode of its labels.
    public internal(set) var mode: TICMode = .historique
    /// The way in which the end of the frame was known; values of a cut frame are good, but some may be missing.
    public internal(set) var ending: Ending = .closed
    /// The groups accepted, repeated ones included.
    public internal(set) var groupCount = 0
    /// The groups refused since the frame began.
    public internal(set) var refusedGroups = 0

    private var presence = Labels()
    private var integers = InlineArray<56, UInt32>(repeating: 0)
    private var horodates = InlineArray<24, Horodate>(repeating: Horodate())
    private var characters = InlineArray<384, UInt8>(repeating: 0)

    init() {}

    /// The labels present, in the order of emission.
    public var labels: Labels { presence }

    /// True when a good group with that label was in the frame.
    public func contains(_ label: TICLabel) -> Bool { presence.contains(label) }

    /// The number of an `.integer` or `.hex` label, in the label's unit; `nil` for other labels and missing ones.
    public func integer(_ label: TICLabel) -> Int64? {
        guard contains(label) else { return nil }
        switch label.kind {
        case .integer: return Int64(integers[Int(place(label).value)])
        case .hex:
            let first = Int(place(label).value)
            return (first..<first + label.length).reduce(0) { number, position in
                // '0'...'9' end in 0...9, 'A'...'F' and 'a'...'f' in 1...6: the decoder let nothing else pass.
                let character = Int64(characters[position])
                return number << 4 | (character & 0x0F) + (character >= 0x40 ? 9 : 0)
            }
        case .text, .horodate: return nil
        }
    }

    /// The data as they stood on the wire, padding included.
    ///
    /// - Returns: the empty string for a `.horodate` label; `nil` when the label is missing.
    public func text(_ label: TICLabel) -> String? {
        guard contains(label) else { return nil }
        switch label.kind {
        case .integer: return integers[Int(place(label).value)].digits(label.length)
        case .text, .hex:
            let first = Int(place(label).value)
            return String((first..<first + label.length).map { Character(Unicode.Scalar(characters[$0])) })
        case .horodate: return ""
        }
    }

    /// True when the label's data are these, padding included; no text is made for it.
    public func has(_ label: TICLabel, _ text: String) -> Bool {
        guard contains(label), text.utf8.count == label.length else { return false }
        let first = Int(place(label).value)
        if label.kind == .integer {
            var number: UInt32 = 0
            for digit in text.utf8 { number = number &* 10 &+ UInt32(digit &- 0x30) }
            return number == integers[first]
        }
        return zip(first..., text.utf8).allSatisfy { characters[$0] == $1 }
    }

    /// The data without the spaces around them; `nil` when the label is missing.
    public func trimmed(_ label: TICLabel) -> String? { text(label)?.trimmed }

    /// The date that came with the value; `nil` for labels without one.
    public func horodate(_ label: TICLabel) -> Horodate? {
        guard label.hasHorodate, contains(label) else { return nil }
        return horodates[Int(place(label).horodate)]
    }

    /// The sum of the numbers of all `.integer` labels present, to compare decoders by.
    var sumOfIntegers: Int64 {
        let places = Self.places
        var sum: Int64 = 0
        for label in labels.intersection(Self.numbers) {
            sum &+= Int64(integers[Int(places[Int(label.rawValue)].value)])
        }
        return sum
    }

    /// The labels whose data are numbers.
    private static let numbers: Labels = TICLabel.table.reduce(into: Labels()) { labels, definition in
        if definition.kind == .integer { _ = labels.insert(definition.label) }
    }

    /// The place of a label's value.
    private func place(_ label: TICLabel) -> Place { Self.places[Int(label.rawValue)] }
}

// MARK: - Gathering

extension TICFrame {
    /// Takes over all that a later frame of the same mode says; what only this one says stays.
    ///
    /// It ended as the later one did.
    public mutating func add(_ later: TICFrame) {
        for label in later.presence {
            let place = place(label)
            _ = presence.insert(label)
            if label.kind == .integer {
                integers[Int(place.value)] = later.integers[Int(place.value)]
            } else {
                for position in Int(place.value)..<Int(place.value) + label.length {
                    characters[position] = later.characters[position]
                }
            }
            if label.hasHorodate { horodates[Int(place.horodate)] = later.horodates[Int(place.horodate)] }
        }
        ending = later.ending
        groupCount += later.groupCount
        refusedGroups += later.refusedGroups
    }

    /// True when the value is dated after a time of the meter's clock, by more than a quarter of an hour.
    ///
    /// Such a value or its date was damaged in a way that the checksum does not see.
    public func isAhead(_ label: TICLabel, of clock: Int64) -> Bool {
        horodate(label)?.secondsSince1970.map { $0 > clock + 900 } ?? false
    }
}

// MARK: - Filling

extension TICFrame {
    /// Forgets the values of the frame before.
    @inline(__always)
    mutating func clear() {
        presence = Labels()
        groupCount = 0
        refusedGroups = 0
    }

    /// Takes note of a group; true if its label was there already.
    @inline(__always)
    mutating func insert(_ label: TICLabel) -> Bool {
        groupCount &+= 1
        return presence.insert(label)
    }

    /// Stores the number of a label.
    @inline(__always)
    mutating func store(_ number: UInt32, at place: Place) { integers[Int(place.value)] = number }

    /// Stores the date of a label.
    @inline(__always)
    mutating func store(_ horodate: Horodate, at place: Place) { horodates[Int(place.horodate)] = horodate }

    /// Copies a text in whole words: the places are multiples of eight, the source may be read eight bytes beyond.
    @inline(__always)
    mutating func store(_ text: UnsafeRawPointer, count: Int, at place: Place) {
        withUnsafeMutableBytes(of: &characters) { bytes in
            var offset = 0
            while offset < count {
                let word = text.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                bytes.storeBytes(of: word, toByteOffset: Int(place.value) &+ offset, as: UInt64.self)
                offset &+= 8
            }
        }
    }
}

// MARK: - Places

extension TICFrame {
    /// The place of a label's value among the numbers or the characters, and of its date.
    struct Place: Sendable {
        var value: UInt16 = 0
        var horodate: UInt8 = 0
    }

    /// The place of each label, by its raw value; both modes use the same storage.
    static let places: [Place] = {
        var places: [Place] = []
        var next: [TICMode: (integer: Int, character: Int, horodate: Int)] = [
            .historique: (0, 0, 0), .standard: (0, 0, 0),
        ]
        for definition in TICLabel.table {
            var free = next[definition.label.mode] ?? (0, 0, 0)
            let isNumber = definition.kind == .integer
            places.append(
                Place(value: UInt16(isNumber ? free.integer : free.character), horodate: UInt8(free.horodate))
            )
            if isNumber { free.integer += 1 } else { free.character += (definition.length + 7) & ~7 }
            if definition.hasHorodate { free.horodate += 1 }
            next[definition.label.mode] = free
        }
        precondition(next.values.allSatisfy { $0.integer <= 56 && $0.character <= 384 && $0.horodate <= 24 })
        return places
    }()
}

extension TICFrame: Equatable {
    /// True when both have the same labels with the same values and dates, also when their frames ended differently.
    public static func == (left: Self, right: Self) -> Bool {
        left.presence == right.presence
            && left.labels.allSatisfy {
                left.text($0) == right.text($0) && left.horodate($0) == right.horodate($0)
            }
    }
}
