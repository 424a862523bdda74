import MeterCore

/// One reading of a device: its points, and the values that could not be used.
struct FieldReading: Sendable {
    /// The points; empty when nothing can be stored.
    var points: [Point] = []
    /// Sentences why values could not be used, one for each.
    var problems: [String] = []
    /// The number of values that were held back: registers that cannot have come so far, and numbers that cannot be true.
    var held = 0

    /// The first three problems as a sentence, with the number of the others.
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
