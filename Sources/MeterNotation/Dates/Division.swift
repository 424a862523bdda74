// Inlined into other modules: the encoder divides each time that it writes.

/// The quotient rounded towards minus infinity, so that instants before 1970 round as those after.
@inlinable
public func floorDivision(_ dividend: Int64, _ divisor: Int64) -> Int64 {
    let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
}

/// The remainder that goes with `floorDivision`, never negative for a positive divisor.
@inlinable
public func floorModulo(_ dividend: Int64, _ divisor: Int64) -> Int64 {
    dividend - floorDivision(dividend, divisor) * divisor
}
