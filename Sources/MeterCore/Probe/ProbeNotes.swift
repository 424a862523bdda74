import Synchronization

/// What a search in one place has found and tried so far; readable at any time, also when it is broken off.
public final class ProbeNotes: Sendable {
    /// All that is noted.
    public struct State: Sendable {
        public var findings: [ProbeFinding] = []
        /// What was tried, in words.
        public var tried: [String] = []
        /// What a person should know.
        public var remarks: [String] = []
        /// Who speaks there by himself, and is no meter: nothing is sent into that.
        public var isTalking = false
        /// How much of the work is done, from 0 to 1.
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

    public var all: State { state.withLock { $0 } }

    /// Notes a meter, once.
    public func found(_ finding: ProbeFinding) {
        guard !has(finding.key) else { return }
        state.withLock { $0.findings.append(finding) }
        onFinding(finding)
    }

    public func has(_ key: String) -> Bool { state.withLock { $0.findings.contains { $0.key == key } } }

    /// Whether a meter was found that a kind of source reads.
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

    public func begin(_ title: String?, size: Double) {
        state.withLock { state in
            if let title { state.tried.append(title) }
            state.step = (state.step.start + state.step.size, size)
            state.share = state.step.start
        }
        onStep()
    }

    /// How much of the current step is done, from 0 to 1.
    public func advance(_ share: Double) {
        state.withLock { $0.share = $0.step.start + $0.step.size * share }
        onStep()
    }

    public func end() {
        state.withLock { $0.share = 1 }
        onStep()
    }
}
