/// The stored value of a device's number: times a scale, and then an offset added.
///
/// A tenth is divided by ten and not multiplied by 0.1, which no binary number is: so 2301 becomes 230.1, and not
/// 230.10000000000002.
///
/// - Parameters:
///   - number: as the device tells it.
///   - scale: never 0.
///   - offset: in the stored unit.
/// - Returns: the value; never a zero with a sign, as that of a power that is turned would be.
func scaled(_ number: Double, by scale: Double, plus offset: Double) -> Double {
    let divisor = (1 / scale).rounded()
    guard divisor != 0, 1 / divisor == scale else { return number * scale + offset + 0 }
    return (number + offset * divisor) / divisor + 0
}
