/// The type of a SunSpec point, and with it the mark for "not implemented".
///
/// The raw value is the word in the tables of points. Numbers have their high register first.
public enum SunSpecType: String, Sendable, Hashable, CaseIterable {
    /// A number with a sign; 0x8000 marks a missing one.
    case int16 = "i16"
    /// A number; 0xFFFF marks a missing one.
    case uint16 = "u16"
    /// The number of repetitions at the end of the model.
    case count = "n16"
    /// A state by its number.
    case enum16 = "e16"
    /// The power of ten of other points, -10...10.
    case scaleFactor = "sf"
    /// A register that only fills.
    case pad
    /// A number of two registers; all ones mark a missing one.
    case uint32 = "u32"
    /// A counter, which wraps at 2³²; 0 marks a missing one and is also a new one's value.
    case acc32
    /// Flags.
    case bitfield32 = "b32"
    /// IEEE 754; NaN marks a missing one.
    case float32 = "f32"
    /// A number of four registers; all ones mark a missing one.
    case uint64 = "u64"
    /// A text, filled with zeros or spaces; the length stands behind the word, as in `str16`.
    case string = "str"

    /// The number of registers that it takes; 0 for a text, which has a length of its own.
    public var registers: Int {
        switch self {
        case .int16, .uint16, .count, .enum16, .scaleFactor, .pad: 1
        case .uint32, .acc32, .bitfield32, .float32: 2
        case .uint64: 4
        case .string: 0
        }
    }
}

/// A point of a model: a value with a name.
public struct SunSpecPoint: Sendable, Hashable {
    /// The name in the model's definition, such as `TotWhImp`.
    public var name: String
    /// The type in its registers.
    public var type: SunSpecType
    /// Registers from the start of the model, whose number is at 0; within a repeated part from the start of that.
    public var offset: Int
    /// The number of registers that it takes.
    public var size: Int
    /// The name of the point that holds its power of ten; `nil` when the number stands for itself.
    public var scaleFactor: String?
    /// The unit in the definition's own spelling, such as `W`, `Wh` or `Pct`; `nil` for what has none.
    public var unit: String?

    /// Reads a word of a table of points: name, type, `*` scale factor, `/` unit.
    init?(_ word: Substring, at offset: Int) {
        let halves = word.split(separator: ":", maxSplits: 1)
        guard halves.count == 2 else { return nil }
        let parts = halves[1].split(separator: "/", maxSplits: 1)
        let kinds = parts[0].split(separator: "*", maxSplits: 1)
        let length = kinds[0].hasPrefix("str") ? Int(kinds[0].dropFirst(3)) : nil
        guard let type = SunSpecType(rawValue: length == nil ? String(kinds[0]) : "str") else { return nil }
        name = String(halves[0])
        self.type = type
        self.offset = offset
        size = length ?? type.registers
        scaleFactor = kinds.count > 1 ? String(kinds[1]) : nil
        unit = parts.count > 1 ? String(parts[1]) : nil
    }
}

/// A SunSpec information model: a table of points that any maker's device may have.
///
/// Names, types, units and order are those of the SunSpec Alliance's model definitions; a test walks all of them.
/// Settings and controls are not among the models: nothing is written.
public struct SunSpecModel: Sendable {
    /// The number of the model.
    public let number: Int
    /// The points in the order of their registers, before the repeated part.
    public let points: [SunSpecPoint]
    /// The points of the part that is repeated at the end; none in most models.
    public let repeated: [SunSpecPoint]
    /// Registers before the repeated part, with the two of the header.
    public let fixedSize: Int
    /// Registers of one repetition.
    public let repeatedSize: Int

    /// A model of tables of points in words.
    init(_ number: Int, _ points: String, repeated: String = "") {
        self.number = number
        (self.points, fixedSize) = Self.table(points, from: 2)
        (self.repeated, repeatedSize) = Self.table(repeated, from: 0)
    }

    /// The points of a table in words, and the register behind the last one.
    private static func table(_ text: String, from start: Int) -> ([SunSpecPoint], Int) {
        var offset = start
        let points = text.split(whereSeparator: \.isWhitespace).compactMap { word -> SunSpecPoint? in
            guard let point = SunSpecPoint(word, at: offset) else { return nil }
            offset += point.size
            return point
        }
        return (points, offset)
    }

    /// The models that are read, by their number.
    public static let known: [Int: SunSpecModel] = {
        var models = [
            SunSpecModel(1, commonPoints), SunSpecModel(120, nameplatePoints),
            SunSpecModel(160, stringsPoints, repeated: stringPoints), SunSpecModel(201, meterPoints),
            SunSpecModel(701, measurementsPoints),
        ]
        // Only models 202 to 204 call the voltages between phases by another name.
        let multiphase = meterPoints.split(whereSeparator: \.isWhitespace).map { word in
            word.hasPrefix("PPVph") ? "PhVph" + word.dropFirst(5) : String(word)
        }
        models += (101...103).map { SunSpecModel($0, inverterPoints) }
        models += (111...113).map { SunSpecModel($0, inverterFloatPoints) }
        models += (202...204).map { SunSpecModel($0, multiphase.joined(separator: " ")) }
        models += (211...214).map { SunSpecModel($0, meterFloatPoints) }
        return Dictionary(models.map { ($0.number, $0) }) { first, _ in first }
    }()
}
