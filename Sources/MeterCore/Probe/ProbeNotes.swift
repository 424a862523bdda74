import Synchronization

/// The notes of a search in one place so far; readable at any time, also when it is broken off.
public final class ProbeNotes: Sendable {
    /// All that is noted.
    public struct State: Sendable {
        /// The meters, in the order in which they were found.
        public var findings: [ProbeFinding] = []
        /// The attempts so far, in words.
        public var tried: [String] = []
        /// Sentences that a person should know.
        public var remarks: [String] = []
        /// True when something that is no meter speaks there unasked; nothing is ever sent into that.
        public var isTalking = false
        /// The share of the work that is done, from 0 to 1.
        public var share = 0.0
        /// The share when the current step began, and what it adds.
        fileprivate var step = (start: 0.0, size: 0.0)
    }

    private let state = Mutex(State())
    private let onStep: @Sendable () -> Void
    private let onFinding: @Sendable (ProbeFinding) -> Void

    /// Makes empty notes.
    ///
    /// - Parameters:
    ///   - onStep: called after each step.
    ///   - onFinding: called with each meter.
    public init(
        onStep: @escaping @Sendable () -> Void,
        onFinding: @escaping @Sendable (ProbeFinding) -> Void
    ) {
        self.onStep = onStep
        self.onFinding = onFinding
    }

    /// A copy of all notes.
    public var all: State { state.withLock { $0 } }

    /// Notes a meter, once.
    public func found(_ finding: ProbeFinding) {
        guard !has(finding.key) else { return }
        state.withLock { $0.findings.append(finding) }
        onFinding(finding)
    }

    /// True when a meter with this key was found.
    public func has(_ key: String) -> Bool { state.withLock { $0.findings.contains { $0.key == key } } }

    /// True when a meter was found that a kind of source reads.
    public func hasAny(of type: String) -> Bool { state.withLock { $0.findings.contains { $0.type == type } } }

    /// Notes something, once.
    public func remark(_ sentence: String) {
        state.withLock { state in
            if !state.remarks.contains(sentence) { state.remarks.append(sentence) }
        }
    }

    /// Notes that somebody speaks who was not asked.
    public func isTalking(_ sentence: String) {
        remark(sentence)
        state.withLock { $0.isTalking = true }
    }

    // MARK: - Progress

    /// Begins a step.
    ///
    /// - Parameters:
    ///   - title: the attempt in words; `nil` for a step that is not worth a line.
    ///   - size: its share of the whole search, from 0 to 1.
    public func begin(_ title: String?, size: Double) {
        state.withLock { state in
            if let title { state.tried.append(title) }
            state.step = (state.step.start + state.step.size, size)
            state.share = state.step.start
        }
        onStep()
    }

    /// Notes the share of the current step that is done, from 0 to 1.
    public func advance(_ share: Double) {
        state.withLock { $0.share = $0.step.start + $0.step.size * share }
        onStep()
    }

    /// Ends the search: all of it is done.
    public func end() {
        state.withLock { $0.share = 1 }
        onStep()
    }
}
