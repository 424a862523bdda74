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
        guard let model = SunSpecModel.known[block.model] ?? SunSpecModel.batteries[block.model],
            words.count == block.length + 2,
            Int(words[0]) == block.model, Int(words[1]) == block.length
        else { return nil }
        self.block = block
        self.model = model
        self.words = words
    }

    /// The number of repetitions at the end: by the model's counter, and at most as many as its length has room for.
    ///
    /// Devices keep room for inputs that they do not have; where the counter is not implemented, the length decides.
    public var repetitions: Int {
        guard model.repeatedSize > 0 else { return 0 }
        let room = max(0, (words.count - model.fixedSize) / model.repeatedSize)
        let counter = model.points.first { $0.type == .count }.flatMap { integer($0.name) }
        return counter.map { min(room, Int($0)) } ?? room
    }

    /// True when the device implements none of the points that are numbers with a scale factor, for want of the factor.
    public var lacksScales: Bool {
        let scaled = model.points.filter { $0.scaleFactor != nil && rawValue($0, from: 0) != nil }
        return !scaled.isEmpty && scaled.allSatisfy { value($0.name) == nil }
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
        guard let value = rawValue(point, from: start) else { return nil }
        guard let scaleName = point.scaleFactor else { return value }
        guard let scalePoint = model.points.first(where: { $0.name == scaleName }), scalePoint.offset < words.count
        else { return nil }
        return scaled(value, by: Int16(bitPattern: words[scalePoint.offset]))
    }

    /// The value as the registers hold it, without its scale factor.
    private func rawValue(_ point: SunSpecPoint, from start: Int) -> RegisterValue? {
        let range = (start + point.offset)..<(start + point.offset + point.size)
        // Older devices have shorter models than the current definition.
        guard range.upperBound <= words.count, let layout = point.layout else { return nil }
        return layout.value(words[range])
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
        let type: RegisterType
        switch self.type {
        case .int16, .scaleFactor: type = .int16
        case .uint16, .enum16, .count: type = .uint16
        case .uint32, .bitfield32: type = .uint32
        case .acc32: return RegisterLayout(span, .uint32)
        case .uint64: type = .uint64
        case .float32: type = .float32
        case .string: type = .string
        case .pad: return nil
        }
        return RegisterLayout(span, type, missing: type.usualMark.map { [$0] } ?? [])
    }
}
