/// A whole number, high byte first; `nil` where the bytes end before it does.
func bigEndian<Number: FixedWidthInteger & UnsignedInteger>(_ bytes: ArraySlice<UInt8>, at place: Int) -> Number? {
    let size = Number.bitWidth / 8
    guard place >= bytes.startIndex, place <= bytes.endIndex - size else { return nil }
    return bytes[place..<(place + size)].reduce(0) { $0 << 8 | Number($1) }
}
