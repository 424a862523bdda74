/// An input of the fuzzer, from which a target takes numbers until there is nothing left.
struct Dough {
    private var bytes: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { self.bytes = bytes[...] }

    var isEmpty: Bool { bytes.isEmpty }

    /// The next byte, or 0 when none is left.
    mutating func byte() -> UInt8 { bytes.popFirst() ?? 0 }

    /// The next bytes as a number, the highest first; missing ones are 0.
    mutating func number<Number: FixedWidthInteger>(_ type: Number.Type, bytes count: Int) -> Number {
        (0..<count).reduce(0) { number, _ in number << 8 | Number(truncatingIfNeeded: byte()) }
    }

    /// So many of the next bytes, as far as there are any.
    mutating func take(_ count: Int) -> [UInt8] {
        defer { bytes = bytes.dropFirst(count) }
        return Array(bytes.prefix(count))
    }

    /// Everything that is left.
    var rest: [UInt8] { Array(bytes) }
}

/// The input as the targets want it.
func input(_ start: UnsafePointer<UInt8>, _ count: Int) -> [UInt8] {
    Array(UnsafeBufferPointer(start: start, count: count))
}

/// Ends the run, with a word about it, when a decoder did what it must not.
///
/// A `precondition` says nothing in an optimised program.
func promise(_ isKept: Bool, _ what: @autoclosure () -> String = "", file: StaticString = #file, line: UInt = #line) {
    if !isKept { fatalError("a promise was broken: \(what())", file: file, line: line) }
}
