import MeterCore

/// What a source hears, from a text: pieces, each with `@SECONDS LABEL` before it, which is its time since 1970; `@-` is
/// a piece without a time.
struct CaseInput {
    /// How the lines of a piece become bytes.
    enum Format: String, CaseIterable {
        /// As they are, each with a line feed unless it ends with a backslash.
        case text
        case tic, modbus, aurora, mbus, speedwire

        /// The name of the file.
        var file: String { self == .text ? "input" : "input.\(rawValue)" }
    }

    private(set) var all: [RecordedInput] = []

    /// Reads a text; empty lines before the first piece and lines that begin with `#` there say nothing.
    ///
    /// - Throws: `CaseMistake` with the line that cannot be read.
    init(_ text: String, _ format: Format) throws {
        var writer = format.writer
        var piece: (time: Timestamp?, label: String, lines: [String])?
        func end() throws {
            guard let piece else { return }
            all.append(RecordedInput(try writer.bytes(of: piece.lines), at: piece.time, label: piece.label))
        }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        for line in lines {
            if line.hasPrefix("@") {
                try end()
                let words = line.dropFirst().split(separator: " ", maxSplits: 1)
                let seconds = words.first.flatMap { Int64($0) }
                guard seconds != nil || words.first == "-" else { throw CaseMistake(line) }
                piece = (seconds.map { Timestamp(seconds: $0) }, words.count > 1 ? String(words[1]) : "", [])
            } else if piece != nil {
                piece?.lines.append(line)
            } else if !line.isEmpty, !line.hasPrefix("#") {
                throw CaseMistake("\(line): a piece begins with @SECONDS")
            }
        }
        try end()
    }
}

/// Makes the bytes of a piece.
protocol PieceWriter {
    mutating func bytes(of lines: [String]) throws -> [UInt8]
}

extension CaseInput.Format {
    var writer: any PieceWriter {
        switch self {
        case .text: TextPieces()
        case .tic: TICPieces()
        case .modbus: ModbusPieces()
        case .aurora: AuroraPieces()
        case .mbus: MBusPieces()
        case .speedwire: SpeedwirePieces()
        }
    }
}

private struct TextPieces: PieceWriter {
    func bytes(of lines: [String]) -> [UInt8] {
        lines.flatMap { [UInt8](($0.hasSuffix("\\") ? String($0.dropLast()) : $0 + "\n").utf8) }
    }
}

/// Bytes as two digits each.
///
/// - Throws: `CaseMistake` when a word is none.
func hexBytes(_ text: some StringProtocol) throws -> [UInt8] {
    try text.split(separator: " ").map { word in
        guard word.utf8.count == 2, let byte = UInt8(word, radix: 16) else { throw CaseMistake("\(word) is no byte") }
        return byte
    }
}
