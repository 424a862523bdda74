import Logging
import MeterNotation
import Testing

@testable import MeterCore

/// A source that only has a name.
private struct NoSource: MeterSource {
    static let type = "none"
    static let summary: Phrase = "A test's source."
    static let sample = ""
    let declaration = Declaration(stores: [], counts: [], every: .seconds(1))
    init() {}
    init(settings: ConfigSection) {}
    func run(into points: any PointReceiver, context: SourceContext) async throws {}
    func replay(_ recording: any Recording, into points: any PointReceiver, context: SourceContext) async throws {}
}

private struct Broken: Error {}

/// A source or an output of a test: the name, and a number for its configuration, as `a1`.
private func source(_ text: String) -> RunningSource {
    RunningSource(
        NoSource(),
        context: SourceContext(
            name: String(text.prefix(1)),
            tags: [],
            logger: Logger(label: "t") { _ in SwiftLogNoOpLogHandler() }
        ),
        configuration: text
    )
}

private func output(_ text: String) -> PlannedOutput {
    PlannedOutput(
        String(text.prefix(1)),
        configuration: text,
        flush: .every(.seconds(10)),
        batcher: Batcher(database: "d")
    ) { _, _ in preconditionFailure("a supervision opens nothing") }
}

/// What to read and where to write, as `a1 b1 | x1`.
private func plan(_ text: String) -> Supervision.Plan {
    let halves = text.split(separator: "|", omittingEmptySubsequences: false).map { half in
        half.split(separator: " ").map(String.init)
    }
    return Supervision.Plan(sources: halves[0].map(source), outputs: halves[1].map(output))
}

extension Supervision.Action {
    fileprivate var text: String {
        switch self {
        case .read(let source): "read \(source.configuration)"
        case .cancelReading(let name): "cancel \(name)"
        case .replaceSource(let name, let next): "\(name) -> \(next?.configuration ?? "none")"
        case .awaitSources: "await"
        case .finishIntake: "finish intake"
        case .collect(let outputs): "collect \(outputs.map(\.configuration).joined(separator: " "))"
        case .open(let output): "open \(output.configuration)"
        case .finish(let name): "finish \(name)"
        case .replaceOutput(let name, let next): "\(name) -> \(next?.configuration ?? "none")"
        }
    }
}

@Suite struct SupervisionTests {
    private func texts(_ supervision: inout Supervision, _ event: Supervision.Event) -> [String] {
        supervision.next(event).map(\.text)
    }

    @Test("stopping goes the way of the readings: sources, intake, outputs")
    func stops() {
        var all = Supervision(plan("a1 b1 | x1 y1"))
        #expect(texts(&all, .stop) == ["cancel a", "cancel b", "await"])
        #expect(texts(&all, .stop) == [], "a second signal changes nothing")
        #expect(texts(&all, .sourceEnded(name: "a", error: nil)) == [])
        #expect(texts(&all, .sourceEnded(name: "b", error: nil)) == ["finish intake", "finish x", "finish y"])
        #expect(texts(&all, .sourcesAreLate) == [])
        #expect(texts(&all, .outputEnded(name: "y")) == [] && !all.isOver)
        #expect(texts(&all, .outputEnded(name: "x")) == [] && all.isOver)
        #expect(all.sourcesAtWork == [] && all.failure == nil)
    }

    @Test("a source that does not end costs the outputs their time and no more")
    func lateSource() {
        var all = Supervision(plan("a1 b1 | x1"))
        _ = all.next(.stop)
        _ = all.next(.sourceEnded(name: "b", error: nil))
        #expect(texts(&all, .sourcesAreLate) == ["finish intake", "finish x"])
        _ = all.next(.outputEnded(name: "x"))
        #expect(all.isOver && all.sourcesAtWork == ["a"])
    }

    @Test("without sources there is nothing to wait for")
    func noSources() {
        var all = Supervision(plan("| x1"))
        #expect(texts(&all, .stop) == ["await", "finish intake", "finish x"])
    }

    @Test("a source that must not fail stops everything with its error")
    func fails() {
        var all = Supervision(plan("a1 b1 | x1"))
        #expect(texts(&all, .sourceEnded(name: "a", error: Broken())) == ["cancel b", "await"])
        #expect(all.failure is Broken)
    }

    @Test("what stays the same is left alone; what changed ends first, then its successor begins")
    func changes() {
        var all = Supervision(plan("a1 b1 c1 | x1 y1"))
        #expect(
            texts(&all, .change(plan("b1 c2 d1 | x1 y2 z1")))
                == ["cancel a", "cancel c", "read d1", "collect x1 y2 z1", "finish y", "open z1"]
        )
        #expect(texts(&all, .sourceEnded(name: "c", error: nil)) == ["c -> c2"])
        #expect(texts(&all, .sourceEnded(name: "a", error: nil)) == ["a -> none"])
        #expect(texts(&all, .outputEnded(name: "y")) == ["y -> y2"])
        #expect(texts(&all, .stop) == ["cancel b", "cancel d", "cancel c", "await"])
    }

    @Test("the error of a source that is about to leave is nobody's any more")
    func leavingFails() {
        var all = Supervision(plan("a1 b1 | x1"))
        _ = all.next(.change(plan("b1 | x1")))
        #expect(texts(&all, .sourceEnded(name: "a", error: Broken())) == ["a -> none"])
        #expect(all.failure == nil && all.phase == .working)
    }

    @Test(
        "of several changes the last one counts; a source that is ending is begun anew even if it is wanted as it was"
    )
    func changesAgain() {
        var all = Supervision(plan("a1 | x1"))
        #expect(texts(&all, .change(plan("a2 | x1"))) == ["cancel a", "collect x1"])
        #expect(texts(&all, .change(plan("a1 | x1"))) == ["cancel a", "collect x1"])
        #expect(texts(&all, .sourceEnded(name: "a", error: nil)) == ["a -> a1"])
    }

    @Test("while an output ends a change waits, and only the last one is made")
    func outputsFirst() {
        var all = Supervision(plan("a1 | x1"))
        #expect(texts(&all, .change(plan("a1 | x2"))) == ["collect x2", "finish x"])
        #expect(texts(&all, .change(plan("a2 | x3"))) == [])
        #expect(texts(&all, .change(plan("a1 b1 | x2"))) == [])
        #expect(texts(&all, .outputEnded(name: "x")) == ["x -> x2", "read b1", "collect x2"])
    }

    @Test("who stops while something is replaced begins no source, and opens the output that has to take over")
    func stopsInBetween() {
        var all = Supervision(plan("a1 | x1"))
        _ = all.next(.change(plan("a2 | x2")))
        #expect(texts(&all, .stop) == ["cancel a", "await"])
        #expect(texts(&all, .sourceEnded(name: "a", error: nil)) == ["finish intake", "finish x"])
        #expect(texts(&all, .outputEnded(name: "x")) == ["x -> x2", "finish x"])
        #expect(!all.isOver)
        _ = all.next(.outputEnded(name: "x"))
        #expect(all.isOver)
    }

    /// Does what it is told, with nothing but names.
    private struct World {
        var all: Supervision
        var reading: [String: String] = [:]
        var cancelled: Set<String> = []
        var sending: [String: String] = [:]
        var finished: Set<String> = []
        var collecting: [String]
        var isIntakeOpen = true
        var faults: [String] = []

        init(_ plan: Supervision.Plan) {
            all = Supervision(plan)
            for source in plan.sources { reading[source.name] = source.configuration }
            for output in plan.outputs { sending[output.name] = output.configuration }
            collecting = plan.outputs.map(\.configuration)
        }

        mutating func happens(_ event: Supervision.Event) {
            for action in all.next(event) { perform(action) }
        }

        private mutating func begin(_ source: RunningSource) {
            if reading.updateValue(source.configuration, forKey: source.name) != nil {
                faults.append("two \(source.name)")
            }
            if all.phase != .working { faults.append("\(source.configuration) begins at the end") }
            cancelled.remove(source.name)
        }

        private mutating func begin(_ output: PlannedOutput) {
            if sending.updateValue(output.configuration, forKey: output.name) != nil {
                faults.append("two \(output.name)")
            }
            finished.remove(output.name)
        }

        private mutating func perform(_ action: Supervision.Action) {
            switch action {
            case .read(let source): begin(source)
            case .cancelReading(let name): cancelled.insert(name)
            case .replaceSource(_, let next): if let next { begin(next) }
            case .awaitSources: break
            case .finishIntake: isIntakeOpen = false
            case .collect(let outputs): collecting = outputs.map(\.configuration)
            case .open(let output): begin(output)
            case .finish(let name): finished.insert(name)
            case .replaceOutput(_, let next): if let next { begin(next) }
            }
        }

        /// One of what was asked to end ends, in any order.
        mutating func somethingEnds(_ random: inout some RandomNumberGenerator) -> Bool {
            let sources = cancelled.filter { reading[$0] != nil }.sorted()
            let outputs = finished.filter { sending[$0] != nil }.sorted()
            guard let name = (sources + outputs).randomElement(using: &random) else { return false }
            if sources.contains(name) {
                reading[name] = nil
                happens(.sourceEnded(name: name, error: nil))
            } else {
                sending[name] = nil
                happens(.outputEnded(name: name))
            }
            return true
        }
    }

    private func anyPlan(_ random: inout some RandomNumberGenerator) -> Supervision.Plan {
        func some(_ names: String, least: Int) -> [String] {
            let chosen = names.shuffled(using: &random).prefix(Int.random(in: least...names.count, using: &random))
            return chosen.map { "\($0)\(Int.random(in: 1...2, using: &random))" }
        }
        return Supervision.Plan(
            sources: some("abc", least: 1).map(source),
            outputs: some("xyz", least: 1).map(output)
        )
    }

    @Test("whatever changes and ends in whatever order: nothing runs twice, the last plan comes true, and all ends")
    func anyOrder() {
        for seed in 0..<2000 {
            var random = SplitMix(seed: UInt64(seed))
            var last = anyPlan(&random)
            var world = World(last)
            for _ in 0..<Int.random(in: 0...12, using: &random) {
                if Bool.random(using: &random) {
                    last = anyPlan(&random)
                    world.happens(.change(last))
                } else {
                    _ = world.somethingEnds(&random)
                }
            }
            if Bool.random(using: &random) {
                while world.somethingEnds(&random) {}
                #expect(Set(world.reading.values) == Set(last.sources.map(\.configuration)), "seed \(seed)")
                #expect(Set(world.sending.values) == Set(last.outputs.map(\.configuration)), "seed \(seed)")
                #expect(Set(world.collecting) == Set(world.sending.values), "seed \(seed)")
            }
            world.happens(.stop)
            if Bool.random(using: &random) { world.happens(.sourcesAreLate) }
            while world.somethingEnds(&random) {}
            #expect(world.all.isOver && world.sending.isEmpty && !world.isIntakeOpen, "seed \(seed)")
            #expect(world.reading.isEmpty && world.faults.isEmpty, "seed \(seed): \(world.faults)")
        }
    }
}
