import MeterProtocols

/// The proof that the answers of a device belong to the questions, on a line where they carry no number.
///
/// A converter whose answers are one behind gives every value to the wrong register, and each answer for itself is right.
/// So when the line is opened, and after anything went wrong on it, a question is put whose answer has another form than
/// the one before it: by its function, its length, or as a refusal, it cannot be the answer to anything else. Each time it
/// is one of another kind, so that answers two or three behind do not fit either.
struct AnswerProof: Sendable {
    /// The kinds of such a question, in their turn.
    private enum Check: CaseIterable {
        /// The same registers as before, one less or one more.
        case otherCount
        /// The device's identification, which most refuse.
        case identification
        /// The same registers of another table, which many refuse.
        case otherTable
    }

    /// Times that a device may leave a kind of question without any answer before that is how it is, 2.
    private static let mostSilences = 2

    /// The doubts that were settled by the last proof; `nil` before the first.
    private var settled: Int?
    /// The answers that did not come, by kind; some devices say nothing to what they do not know.
    private var silences: [Check: Int] = [:]
    /// The kinds that were answered: silence after that is no habit of the device.
    private var answered: Set<Check> = []
    /// The kind that was put last, and its place in the turn.
    private var last = Check.otherTable

    /// Makes a proof.
    ///
    /// - Parameter settled: the doubts that are none to it; `nil` when the line has still to be proven.
    init(settled: Int?) { self.settled = settled }

    /// True when there were doubts since the last proof.
    func isNeeded(_ doubts: Int) -> Bool { settled != doubts }

    /// The question that proves, after one that was answered; `nil` when the device answers none of its kind.
    mutating func question(after request: ModbusRequest) -> ModbusRequest? {
        let turn = Check.allCases + Check.allCases
        let usable = turn.drop { $0 != last }.dropFirst().first { silences[$0, default: 0] < Self.mostSilences }
        guard let usable else { return nil }
        last = usable
        switch (usable, request) {
        case (.otherCount, .read(let span)): return .read(Self.other(span))
        case (.identification, .read): return .identify(from: 0)
        case (.otherTable, .read(let span)):
            let table: ModbusTable = span.table == .inputRegisters ? .holdingRegisters : .inputRegisters
            return .read(ModbusSpan(table, at: span.address, count: min(span.count, table.mostEntries)))
        case (.otherTable, .identify): return .read(ModbusSpan(.inputRegisters, at: 0, count: 1))
        case (_, .identify): return .read(ModbusSpan(.holdingRegisters, at: 0, count: 1))
        }
    }

    /// Notes that the question was answered at its first try.
    mutating func succeeded(_ doubts: Int) {
        answered.insert(last)
        silences[last] = nil
        settled = doubts
    }

    /// Notes that nothing came, although the question before was answered.
    ///
    /// - Returns: true when that may be the device's habit with such a question, so that another kind is to be tried.
    mutating func silent() -> Bool {
        guard !answered.contains(last) else { return false }
        silences[last, default: 0] += 1
        return true
    }

    /// Believes what cannot be proven: the rests of the line are all that keeps its answers apart.
    mutating func giveUp(_ doubts: Int) { settled = doubts }

    /// The same entries, with an answer of another length.
    private static func other(_ span: ModbusSpan) -> ModbusSpan {
        let step = span.table.holdsBits ? 8 : 1
        let count = span.count > step ? span.count - step : span.count + step
        return ModbusSpan(span.table, at: min(span.address, 0x10000 - count), count: count)
    }
}
