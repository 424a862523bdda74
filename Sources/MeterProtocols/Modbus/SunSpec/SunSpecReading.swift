/// The values of one model at one instant.
public struct SunSpecReading: Sendable {
    /// The place that the values were read from.
    public let block: SunSpecMap.Block
    private let model: SunSpecModel
    private let words: [UInt16]

    /// Takes the registers of a model, header included.
    ///
    /// - Returns: `nil` when the model is not one of those known, or when another one is there now.
    public init?(_ block: SunSpecMap.Block, _ words: [UInt16]) {
        guard let model = SunSpecModel.known[block.model], words.count == block.length + 2,
            Int(words[0]) == block.model, Int(words[1]) == block.length
        else { return nil }
        self.block = block
        self.model = model
        self.words = words
    }

    /// The number of repetitions at the end: by the length of the model, not by its counter.
    public var repetitions: Int {
        model.repeatedSize > 0 ? max(0, (words.count - model.fixedSize) / model.repeatedSize) : 0
    }

    /// A value with its scale factor applied, in the unit of the point.
    ///
    /// - Parameters:
    ///   - name: the point's name.
    ///   - repetition: the repetition of a repeated point, from 0; `nil` for the points before them.
    /// - Returns: `nil` when the device does not implement it, or the model has no such point.
    public func value(_ name: String, repetition: Int? = nil) -> RegisterValue? {
        let points = repetition == nil ? model.points : model.repeated
        guard let point = points.first(where: { $0.name == name }) else { return nil }
        let start = repetition.map { model.fixedSize + $0 * model.repeatedSize } ?? 0
        return value(point, from: start)
    }

    /// A value as a floating-point number; `nil` for a text, and where `value` has none.
    public func number(_ name: String, repetition: Int? = nil) -> Double? {
        value(name, repetition: repetition).flatMap(Self.number)
    }

    /// A value as a whole number, rounded.
    public func integer(_ name: String, repetition: Int? = nil) -> Int64? {
        switch value(name, repetition: repetition) {
        case .integer(let value)?: value
        case .number(let value)?: Int64(exactly: value.rounded())
        default: nil
        }
    }

    /// A value that is a text, such as the serial number.
    public func text(_ name: String, repetition: Int? = nil) -> String? {
        if case .text(let text)? = value(name, repetition: repetition) { text } else { nil }
    }

    /// The smallest change of a point, in its unit: its scale factor as a number, or 1.
    public func step(_ name: String) -> Double {
        guard let point = model.points.first(where: { $0.name == name }), let scale = point.scaleFactor,
            let power = model.points.first(where: { $0.name == scale }), power.offset < words.count
        else { return 1 }
        return scaled(.integer(1), by: Int16(bitPattern: words[power.offset])).flatMap(Self.number) ?? 1
    }

    /// The number of a value; `nil` for a text.
    private static func number(_ value: RegisterValue) -> Double? {
        switch value {
        case .integer(let value): Double(value)
        case .number(let value): value
        case .text: nil
        }
    }

    /// The value of a point whose offset counts from a register.
    private func value(_ point: SunSpecPoint, from start: Int) -> RegisterValue? {
        let range = (start + point.offset)..<(start + point.offset + point.size)
        // Older devices have shorter models than the current definition.
        guard range.upperBound <= words.count, let layout = point.layout else { return nil }
        guard let value = layout.value(words[range]) else { return nil }
        guard let scaleName = point.scaleFactor else { return value }
        guard let scalePoint = model.points.first(where: { $0.name == scaleName }), scalePoint.offset < words.count
        else { return nil }
        return scaled(value, by: Int16(bitPattern: words[scalePoint.offset]))
    }

    /// The value times a power of ten, which must be one that the standard allows.
    ///
    /// Whole numbers stay whole where they can, so that a register of Wh keeps its last digit.
    private func scaled(_ value: RegisterValue, by power: Int16) -> RegisterValue? {
        guard (-10...10).contains(power) else { return nil }
        let factor = (0..<abs(Int64(power))).reduce(Int64(1)) { product, _ in product * 10 }
        switch value {
        case .integer(let integer) where power >= 0:
            let (product, overflow) = integer.multipliedReportingOverflow(by: factor)
            return overflow ? .number(Double(integer) * Double(factor)) : .integer(product)
        case .integer(let integer): return .number(Double(integer) / Double(factor))
        case .number(let number): return .number(power >= 0 ? number * Double(factor) : number / Double(factor))
        case .text: return nil
        }
    }
}

extension SunSpecPoint {
    /// The layout of its registers; `nil` for a register that only fills.
    ///
    /// Counters have no mark for "not implemented" but 0, which is also where a new one begins: they count as they are.
    var layout: RegisterLayout? {
        let span = ModbusSpan(.holdingRegisters, at: offset, count: size)
        return switch type {
        case .int16: RegisterLayout(span, .int16, missing: 0x8000)
        case .scaleFactor: RegisterLayout(span, .int16, missing: 0x8000)
        case .uint16, .enum16, .count: RegisterLayout(span, .uint16, missing: 0xFFFF)
        case .uint32, .bitfield32: RegisterLayout(span, .uint32, missing: 0xFFFF_FFFF)
        case .acc32: RegisterLayout(span, .uint32)
        case .uint64: RegisterLayout(span, .uint64, missing: .max)
        case .float32: RegisterLayout(span, .float32)
        case .string: RegisterLayout(span, .string)
        case .pad: nil
        }
    }
}
