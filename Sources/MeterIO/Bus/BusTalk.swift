import MeterNotation

/// One request and what came after it.
struct BusTalk: Sendable {
    /// The judgement of all that came.
    enum Verdict: Equatable {
        case incomplete
        case answer([UInt8])
        case wrong(String)
    }

    let request: [UInt8]
    /// The bytes that came, without echo and without what was skipped.
    private(set) var came: [UInt8] = []
    /// The number of bytes that belonged to something else.
    private(set) var skipped = 0
    /// True once the request came back, as two-wire converters send it; it is cut out wherever it stands.
    private(set) var hasEcho = false

    init(_ request: [UInt8]) { self.request = request }

    /// Takes what came and judges all of it.
    mutating func take(_ bytes: some Collection<UInt8>, _ answer: ([UInt8]) -> AnswerState) -> Verdict {
        came += bytes
        if !hasEcho, let end = endOfEcho {
            hasEcho = true
            came.removeSubrange(..<end)
        }
        while !came.isEmpty {
            // An answer may begin as its request does, but nothing else is to be read into what may be the echo.
            let mayBeEcho = !hasEcho && request.starts(with: came)
            switch answer(came) {
            case .complete(let count) where count > 0 && count <= came.count:
                let (first, rest) = ([UInt8](came[..<count]), [UInt8](came[count...]))
                // Two that differ: one of them is late, and nothing tells which.
                if !rest.isEmpty, case .complete(let more) = answer(rest), !first.elementsEqual(rest.prefix(more)) {
                    return .wrong("two answers came")
                }
                return .answer(first)
            case _ where mayBeEcho: return .incomplete
            case .complete, .incomplete: return .incomplete
            case .skip(let count):
                let dropped = min(max(count, 1), came.count)
                skipped += dropped
                came.removeFirst(dropped)
            case .wrong(let reason): return .wrong(reason)
            }
        }
        return .incomplete
    }

    /// The place behind the request where it came back; `nil` while it has not.
    ///
    /// Looked for by hand: the library's search, which is generic, was 7 % of what ten devices cost.
    private var endOfEcho: Int? {
        guard let first = request.first, came.count >= request.count else { return nil }
        for start in 0...(came.count - request.count) where came[start] == first {
            let end = start + request.count
            if came[start..<end] == request[...] { return end }
        }
        return nil
    }

    /// The fault when the time is over and nothing more comes; `nil` when nothing came at all.
    var shortfall: String? {
        if !came.isEmpty { return said("no whole answer came") }
        return skipped > 0 ? said("only \(skipped) bytes came that belong to something else") : nil
    }
}
