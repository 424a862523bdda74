import MeterProtocols

/// The proof that the answers of a device belong to the questions, on a line where they carry no number.
///
/// A converter whose answers are one behind gives every value to the wrong register, and each answer for itself is right.
/// So when the line is opened, and after anything went wrong on it, a question is put whose answer has another form than
/// the one before it: by its length, or as a refusal, it cannot be the answer to anything else.
struct AnswerProof: Sendable {
    /// The kinds of such a question.
    private enum Check: CaseIterable {
        /// The same registers as before, one less or one more.
        case otherCount
        /// The device's identification, which most refuse.
        case identification
    }

    /// Times that a device may leave a kind of question without any answer before that is how it is, 2.
    private static let mostSilences = 2

    /// The doubts that were settled by the last proof; `nil` before the first.
    private var settled: Int?
    /// The answers that did not come, by kind; some devices say nothing to what they do not know.
    private var silences: [Check: Int] = [:]
    /// The kind that was put last.
    private var last = Check.otherCount

    /// Makes a proof.
    ///
    /// - Parameter isNeeded: true when the line has still to be proven, false to believe it until there is a doubt.
    init(isNeeded: Bool) { settled = isNeeded ? nil : 0 }

    /// True when there were doubts since the last proof.
    func isNeeded(_ doubts: Int) -> Bool { settled != doubts }

    /// The question that proves, after one that was answered; `nil` when the device has answered none of its kind.
    mutating func question(after request: ModbusRequest) -> ModbusRequest? {
        let check = Check.allCases.first { silences[$0, default: 0] < Self.mostSilences }
        guard let check else { return nil }
        last = check
        switch (check, request) {
        case (.otherCount, .read(let span)): return .read(Self.other(span))
        case (.otherCount, .identify): return .read(ModbusSpan(.holdingRegisters, at: 0, count: 1))
        case (.identification, .read): return .identify(from: 0)
        case (.identification, .identify): return .read(ModbusSpan(.inputRegisters, at: 0, count: 1))
        }
    }

    /// Notes that the question was answered at its first try.
    mutating func succeeded(_ doubts: Int) {
        silences[last] = nil
        settled = doubts
    }

    /// Notes that nothing came, although the question before was answered.
    mutating func silent() { silences[last, default: 0] += 1 }

    /// Believes what cannot be proven: the rests of the line are all that keeps its answers apart.
    mutating func giveUp(_ doubts: Int) { settled = doubts }

    /// The same entries, with an answer of another length.
    private static func other(_ span: ModbusSpan) -> ModbusSpan {
        let step = span.table.holdsBits ? 8 : 1
        let count = span.count > step ? span.count - step : span.count + step
        return ModbusSpan(span.table, at: min(span.address, 0x10000 - count), count: count)
    }
}
