// Inlined into other modules: the encoder divides each time that it writes.

/// The quotient rounded towards minus infinity, so that instants before 1970 round as those after.
///
/// -1 divided by 86 400 is -1, the day before 1 January 1970; Swift's `/` makes 0 of it.
@inlinable
public func floorDivision(_ dividend: Int64, _ divisor: Int64) -> Int64 {
    let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
}

/// The remainder that goes with `floorDivision`, never negative for a positive divisor.
///
/// -1 leaves 86 399 of 86 400, the last second of a day; Swift's `%` leaves -1.
@inlinable
public func floorModulo(_ dividend: Int64, _ divisor: Int64) -> Int64 {
    dividend - floorDivision(dividend, divisor) * divisor
}
