/// The sources and outputs at work, and the next steps when one changes or ends: without time, threads or disk.
///
/// A source or an output whose configuration changed ends before the new one of its name begins, since both want the
/// same device or the same spool. Stopping goes the way of the readings: the sources end, then the outputs.
struct Supervision {
    /// The sources and outputs that should be at work.
    struct Plan: Sendable {
        var sources: [RunningSource]
        var outputs: [PlannedOutput]
    }

    /// An event that changes what is at work.
    enum Event: Sendable {
        /// The program should end.
        case stop
        /// The configuration was read again.
        case change(Plan)
        /// A source ended; with an error when its policy is to stop.
        case sourceEnded(name: String, error: (any Error)?)
        /// The sources had their time to end.
        case sourcesAreLate
        case outputEnded(name: String)
    }

    /// A thing to do; several are done in this order.
    enum Action: Sendable {
        /// Begins with a source that is new.
        case read(RunningSource)
        /// Asks a source to end.
        case cancelReading(name: String)
        /// Puts another source in the place of one that ended, or none.
        case replaceSource(name: String, RunningSource?)
        /// Gives the sources their time to end: `sourcesAreLate` follows.
        case awaitSources
        /// Sees after the last reading.
        case finishIntake
        /// Lets readings go to these outputs from now on.
        case collect([PlannedOutput])
        /// Opens an output that is new.
        case open(PlannedOutput)
        /// Lets an output send what is left, for which it has its time, and end.
        case finish(name: String)
        /// Puts another output in the place of one that ended, or none.
        case replaceOutput(name: String, PlannedOutput?)
    }

    /// The stages on the way to the end: sources end in `stopping`, outputs in `draining`.
    enum Phase: Comparable { case working, stopping, draining }

    /// A source or an output.
    private struct Part<Work> {
        /// The fate of a part when it ends.
        enum Fate {
            /// It stays in the list.
            case stays
            /// Another one takes its place, or none.
            case leaves(for: Work?)
        }

        var work: Work
        var fate = Fate.stays
        var isAtWork = true

        var isLeaving: Bool { if case .leaves = fate { true } else { false } }
    }

    /// The stage of now.
    private(set) var phase = Phase.working
    /// The error of a source that must not fail.
    private(set) var failure: (any Error)?
    private var sources: [Part<RunningSource>]
    private var outputs: [Part<PlannedOutput>]
    /// The plan that waits until no output is about to end.
    private var nextPlan: Plan?

    /// Begins with what is at work already.
    init(_ plan: Plan) {
        sources = plan.sources.map { Part(work: $0) }
        outputs = plan.outputs.map { Part(work: $0) }
    }

    /// True when nothing is left to do.
    var isOver: Bool { phase == .draining && !outputs.contains(where: \.isAtWork) }

    /// The sources that have not ended.
    var sourcesAtWork: [String] { sources.filter(\.isAtWork).map(\.work.name).sorted() }

    /// The things to do about an event.
    mutating func next(_ event: Event) -> [Action] {
        var actions: [Action] = []
        switch event {
        case .stop: stop(&actions)
        case .change(let plan): nextPlan = plan
        case .sourceEnded(let name, let error): sourceEnded(name, error, &actions)
        case .sourcesAreLate: drain(&actions)
        case .outputEnded(let name): outputEnded(name, &actions)
        }
        if let plan = nextPlan, phase == .working, !outputs.contains(where: \.isLeaving) {
            nextPlan = nil
            change(to: plan, &actions)
        }
        if phase == .stopping, !sources.contains(where: \.isAtWork) { drain(&actions) }
        return actions
    }

    private mutating func stop(_ actions: inout [Action]) {
        guard phase == .working else { return }
        phase = .stopping
        for place in sources.indices {
            sources[place].fate = .stays
            if sources[place].isAtWork { actions.append(.cancelReading(name: sources[place].work.name)) }
        }
        actions.append(.awaitSources)
    }

    private mutating func drain(_ actions: inout [Action]) {
        guard phase < .draining else { return }
        phase = .draining
        actions.append(.finishIntake)
        for output in outputs { actions.append(.finish(name: output.work.name)) }
    }

    private mutating func sourceEnded(_ name: String, _ error: (any Error)?, _ actions: inout [Action]) {
        guard let place = sources.firstIndex(where: { $0.work.name == name }) else { return }
        sources[place].isAtWork = false
        if case .leaves(let successor) = sources[place].fate {
            sources.remove(at: place)
            if let successor { sources.append(Part(work: successor)) }
            actions.append(.replaceSource(name: name, successor))
        } else if let error {
            failure = error
            stop(&actions)
        }
    }

    private mutating func outputEnded(_ name: String, _ actions: inout [Action]) {
        guard let place = outputs.firstIndex(where: { $0.work.name == name }) else { return }
        outputs[place].isAtWork = false
        guard case .leaves(let successor) = outputs[place].fate else { return }
        outputs.remove(at: place)
        actions.append(.replaceOutput(name: name, successor))
        guard let successor else { return }
        outputs.append(Part(work: successor))
        if phase == .draining { actions.append(.finish(name: name)) }
    }

    private mutating func change(to plan: Plan, _ actions: inout [Action]) {
        changeSources(to: plan.sources, &actions)
        let kept = plan.outputs.map { next in outputs.first { $0.work.isSame(as: next) }?.work ?? next }
        actions.append(.collect(kept))
        for place in outputs.indices where !plan.outputs.contains(where: outputs[place].work.isSame) {
            let name = outputs[place].work.name
            outputs[place].fate = .leaves(for: plan.outputs.first { $0.name == name })
            actions.append(.finish(name: name))
        }
        for next in plan.outputs where !outputs.contains(where: { $0.work.name == next.name }) {
            outputs.append(Part(work: next))
            actions.append(.open(next))
        }
    }

    private mutating func changeSources(to plan: [RunningSource], _ actions: inout [Action]) {
        let names = Set(sources.map(\.work.name))
        for place in sources.indices {
            let source = sources[place].work
            let next = plan.first { $0.name == source.name }
            // One that is about to end cannot be kept, even if it is wanted again.
            guard sources[place].isLeaving || next?.configuration != source.configuration else { continue }
            sources[place].fate = .leaves(for: next)
            actions.append(.cancelReading(name: source.name))
        }
        for source in plan where !names.contains(source.name) {
            sources.append(Part(work: source))
            actions.append(.read(source))
        }
    }
}
