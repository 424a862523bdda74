import MeterCore

/// One reading of a device: its points, and what could not be used.
struct FieldReading: Sendable {
    var points: [Point] = []
    /// Why values could not be used.
    var problems: [String] = []
    /// Registers that were held.
    var held = 0

    /// The first few problems as a sentence.
    var problemsInWords: String {
        let more = problems.count > 3 ? "; and \(problems.count - 3) more" : ""
        return problems.prefix(3).joined(separator: "; ") + more
    }

    /// Adds another part of the same reading.
    static func += (left: inout FieldReading, right: FieldReading) {
        left.points += right.points
        left.problems += right.problems
        left.held += right.held
    }
}
