public import ArgumentParser
public import Logging
public import MeterCore
import MeterNotation
public import MeterSimulation
public import MeterSources

// Enumerations that may stand on the command line under their own names.

extension HouseMode: ExpressibleByArgument {}
extension HouseTariff: ExpressibleByArgument {}
extension Logger.Level: @retroactive ExpressibleByArgument {}
extension Precision: ExpressibleByArgument {}
extension DecodingOrder.Format: ExpressibleByArgument {}
extension TeleinfoSettings.Mode: ExpressibleByArgument {}
extension MeterRole: ExpressibleByArgument {
    /// Takes the word that the configuration has for the role, too.
    public init?(argument: String) { self.init(word: argument) }
}

/// Refuses a number outside of a range with a sentence that has the range and the number.
///
/// - Parameters:
///   - value: the number found.
///   - range: both ends are allowed.
///   - option: the option's name as typed, such as `--seconds`.
/// - Throws: a `ValidationError`, which ends the program with code 64.
func checkRange<Value: Comparable>(_ value: Value, _ range: ClosedRange<Value>, _ option: String) throws {
    guard !range.contains(value) else { return }
    throw ValidationError(said("\(option) goes from \(range.lowerBound) to \(range.upperBound), found \(value)"))
}
