import MeterCore
import MeterNotation

/// The registers of a device that begin anew each day, with what the days before counted; that survives a restart.
struct DailyRegisters: Sendable {
    private let context: SourceContext
    /// The beginning of the names under which they are remembered.
    private let root: String
    private var registers: [String: DailyRegister] = [:]
    /// The number of values held back since the start.
    private(set) var held = 0

    /// Begins with nothing read.
    ///
    /// - Parameters:
    ///   - context: of the source.
    ///   - tags: that tell its devices apart, each of which has registers of its own.
    init(_ context: SourceContext, of tags: [(String, String)] = []) {
        self.context = context
        root = (["\(context.name)/daily"] + tags.map { "\($0)=\($1)" }).joined(separator: "/")
    }

    /// The register since the first day.
    ///
    /// - Parameters:
    ///   - value: as the device shows it, in Wh.
    ///   - name: of the register, one of the device's.
    ///   - time: of the reading, by a clock that is never set.
    ///   - clock: the same by the clock.
    /// - Returns: in Wh; `nil` while it is held.
    mutating func total(_ value: Int64, _ name: String, at time: Uptime, clock: Timestamp) -> Int64? {
        // What is remembered has no blanks in its name, and is a line.
        let key = String("\(root)/\(name)".map { $0.isWhitespace ? "/" : $0 })
        var register =
            registers[name] ?? context.memory?.text(of: key).flatMap { DailyRegister(text: $0) } ?? DailyRegister()
        let total = register.total(value, at: time, clock: clock)
        registers[name] = register
        guard let total else {
            held += 1
            return nil
        }
        if !context.isLooking, let text = register.text(at: time, clock: clock) {
            context.memory?.remember(text, of: key)
        }
        return total
    }
}

extension ConfigSection {
    /// Reads `daily` of a value; problems go to the section's diagnostics.
    func isDaily(isEnergy: Bool) -> Bool {
        let isDaily = boolean(
            "daily",
            default: false,
            "Whether this register begins anew each day, such as today's yield: the box then counts on."
        )
        if isDaily, !isEnergy { report("only a register of energy begins anew each day", at: "daily") }
        return isDaily
    }
}
