import Glibc
import MeterNotation

/// Writes points as InfluxDB lines into one buffer, which is reused from batch to batch.
///
/// The hot path copies the series' prepared bytes and formats numbers by hand: no allocation and no reference counting
/// for a point. `boxenergie bench encode` measures it.
public struct LineProtocolEncoder: ~Copyable {
    /// The unit of the timestamps.
    public let precision: Precision
    /// The number of lines in the buffer.
    public private(set) var lines = 0
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private var end = 0
    /// `,box=…`, which stands behind the tags of each point; empty for nothing.
    private let mark: [UInt8]

    /// Makes an empty buffer.
    ///
    /// - Parameters:
    ///   - precision: the unit of the timestamps.
    ///   - capacity: bytes to begin with; the buffer grows.
    ///   - box: the tag `box` of each point; `nil` for none.
    public init(precision: Precision, capacity: Int = 4 << 10, box: String? = nil) {
        mark = Series.boxMark(box)
        self.precision = precision
        self.capacity = max(capacity, 256)
        base = .allocate(capacity: self.capacity)
    }

    deinit { base.deallocate() }

    /// The number of bytes in the buffer.
    public var count: Int { end }

    /// Appends a point as one line.
    ///
    /// - Returns: false when no field had a value that can be stored; then nothing was appended.
    @discardableResult
    public mutating func append(_ point: borrowing Point) -> Bool {
        let series = point.series
        // A point that names a box itself is of that.
        let markCount = series.namesBox ? 0 : mark.count
        reserve(series.lineCapacity + markCount)
        let start = end
        let keys = series.keyStarts
        let keyBytes = series.bytes
        var cursor = LineCursor(base + end)
        cursor.copy(keyBytes, series.prefixCount)
        if markCount > 0 { mark.withUnsafeBufferPointer { cursor.copy($0, markCount) } }
        let fieldsStart = end + series.prefixCount + markCount
        point.values.withUnsafeBufferPointer { values in
            for index in 0..<values.count {
                let key = keys[index]
                let keyCount = keys[index &+ 1] &- key
                switch values[index] {
                case .integer(let number)?:
                    cursor.copyKey(keyBytes + key, keyCount)
                    cursor.write(number)
                    cursor.write(UInt8(ascii: "i"))
                case .float(let number)?:
                    guard number.isFinite else { continue }
                    cursor.copyKey(keyBytes + key, keyCount)
                    cursor.write(number)
                case .boolean(let flag)?:
                    cursor.copyKey(keyBytes + key, keyCount)
                    cursor.write(flag)
                case .string(let text)?:
                    end = cursor.position - base
                    reserve(2 * text.utf8.count + series.lineCapacity)
                    cursor.position = base + end
                    cursor.copyKey(keyBytes + key, keyCount)
                    cursor.write(quoting: text)
                case nil: continue
                }
            }
        }
        guard cursor.position > base + fieldsStart else {
            end = start
            return false
        }
        // Every key starts with a comma; the first one follows a space instead.
        base[fieldsStart] = UInt8(ascii: " ")
        let time = point.timestamp.nanoseconds
        cursor.write(UInt8(ascii: " "))
        cursor.write(precision == .nanoseconds ? time : floorDivision(time, precision.nanoseconds))
        cursor.write(UInt8(ascii: "\n"))
        end = cursor.position - base
        lines += 1
        return true
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

    /// Makes room for more bytes; the buffer at least doubles when it grows.
    private mutating func reserve(_ more: Int) {
        guard capacity - end < more else { return }
        capacity = max(capacity * 2, end + more)
        let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        memcpy(grown, base, end)
        base.deallocate()
        base = grown
    }
}
