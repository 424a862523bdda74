import FoundationEssentials
import MeterCore

/// What a neighbour was told, as the broker keeps it for a box that was started again or lost its own memory.
struct MirrorMemory: Decodable, Equatable {
    /// No meters of a house have counted more, in Wh or any other unit.
    private static let mostTotal = 1e10
    /// No register shows more, in whatever unit it is read.
    private static let mostRegister = 1e14

    /// The totals by their names, as they were told.
    var totals: [String: RunningTotal] = [:]
    /// The names of the other values, which nobody else will take back when their meters are gone.
    var live: Set<String> = []

    init() {}

    /// Reads a message; `nil` for what we cannot have written.
    init?(_ message: UnsafeRawBufferPointer) {
        guard let found = try? JSONDecoder().decode(MirrorMemory.self, from: Data(message)) else { return nil }
        let isPossible = found.totals.values.allSatisfy { told in
            (0...Self.mostTotal).contains(told.total) && (0...Self.mostRegister).contains(told.register)
                && told.time > 0
        }
        guard isPossible else { return nil }
        self = found
    }

    /// The message, by hand since it is sent with each total; the names have no letters that JSON would escape.
    var text: String {
        let names = live.sorted().map { "\"\($0)\"" }.joined(separator: ",")
        let told = totals.sorted { $0.key < $1.key }.map { name, told in
            "\"\(name)\":{\"register\":\(told.register),\"time\":\(told.time),\"total\":\(told.total)}"
        }
        return "{\"live\":[\(names)],\"totals\":{\(told.joined(separator: ","))}}"
    }
}

extension RunningTotal {
    /// True when the register stands in the total where it stood in another one.
    func isOfSameMeter(as other: RunningTotal?) -> Bool {
        guard let other else { return false }
        return abs((total - register) - (other.total - other.register)) < 1e-3
    }
}
