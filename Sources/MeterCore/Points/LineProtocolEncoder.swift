import Glibc

/// Writes points as InfluxDB lines into one buffer, which is reused from batch to batch.
///
/// The hot path copies the series' prepared bytes and formats numbers by hand: no allocation and no reference counting
/// for a point. `boxenergie bench encode` measures it.
public struct LineProtocolEncoder: ~Copyable {
    /// The unit of the timestamps.
    public let precision: Precision
    /// How many lines the buffer holds.
    public private(set) var lines = 0
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private var end = 0

    /// Makes an empty buffer.
    ///
    /// - Parameters:
    ///   - precision: the unit of the timestamps.
    ///   - capacity: bytes to begin with; the buffer grows.
    public init(precision: Precision, capacity: Int = 4 << 10) {
        self.precision = precision
        self.capacity = max(capacity, 256)
        base = .allocate(capacity: self.capacity)
    }

    deinit { base.deallocate() }

    /// How many bytes the buffer holds.
    public var count: Int { end }

    /// Appends a point as one line.
    ///
    /// - Returns: false when no field had a value that can be stored; then nothing was appended.
    @discardableResult
    public mutating func append(_ point: borrowing Point) -> Bool {
        let series = point.series
        reserve(series.lineCapacity)
        let start = end
        var cursor = LineCursor(base + end)
        cursor.copy(series.bytes, series.prefixCount)
        let fieldsStart = end + series.prefixCount
        let keys = series.keyStarts
        let nanoseconds = point.timestamp.nanoseconds
        let isStored = point.values.withUnsafeBufferPointer { values -> Bool in
            for index in 0..<values.count {
                guard let value = values[index] else { continue }
                if case .float(let number) = value, !number.isFinite { continue }
                cursor.copyKey(series.bytes + keys[index], keys[index + 1] - keys[index])
                switch value {
                case .integer(let number):
                    cursor.write(number)
                    cursor.write(UInt8(ascii: "i"))
                case .float(let number): cursor.write(number)
                case .boolean(let flag): cursor.write(flag)
                case .string(let text):
                    end = cursor.position - base
                    reserve(2 * text.utf8.count + series.lineCapacity)
                    cursor.position = base + end
                    cursor.write(quoting: text)
                }
            }
            end = cursor.position - base
            guard end > fieldsStart else {
                end = start
                return false
            }
            // Every key starts with a comma; the first one follows a space instead.
            base[fieldsStart] = UInt8(ascii: " ")
            cursor.write(UInt8(ascii: " "))
            cursor.write(precision == .nanoseconds ? nanoseconds : floorDivision(nanoseconds, precision.nanoseconds))
            cursor.write(UInt8(ascii: "\n"))
            end = cursor.position - base
            return true
        }
        if isStored { lines += 1 }
        return isStored
    }

    /// Appends lines that are already encoded in this precision, each with its line feed.
    public mutating func append(encoded text: UnsafeRawBufferPointer, lines count: Int) {
        guard let source = text.baseAddress, !text.isEmpty else { return }
        reserve(text.count)
        memcpy(base + end, source, text.count)
        end += text.count
        lines += count
    }

    /// The lines so far.
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try body(UnsafeRawBufferPointer(start: base, count: end))
    }

    /// Hands a copy of the lines over and starts again with the same memory.
    public mutating func take() -> [UInt8] {
        defer { removeAll() }
        return [UInt8](UnsafeBufferPointer(start: base, count: end))
    }

    /// Forgets the lines and keeps the memory.
    public mutating func removeAll() {
        end = 0
        lines = 0
    }

    private mutating func reserve(_ more: Int) {
        guard capacity - end < more else { return }
        capacity = max(capacity * 2, end + more)
        let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        memcpy(grown, base, end)
        base.deallocate()
        base = grown
    }
}
