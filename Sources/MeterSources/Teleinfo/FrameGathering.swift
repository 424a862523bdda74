import MeterCore
import MeterProtocols

/// Gathers the frames of a slot of time into one: on a good line the first of them, on a bad one all together.
struct FrameGathering: Sendable {
    /// Frames after which a label that did not come any more is not waited for; up to twice as many.
    private static let memory = 32
    /// Damaged frames after which the usual labels are known.
    private static let enough = 8

    /// The gathered frame, and the time of the last frame in it.
    struct Gathered: Sendable {
        var frame: TICFrame
        var time: Timestamp
        /// True when one of the frames had lost nothing.
        var hasCompleteFrame: Bool
    }

    /// The slot that a frame fell into.
    enum Place { case same, another }

    private let sampling: Sampling
    /// False when each frame is taken as it is.
    private let waits: Bool
    /// The slot of the frame taken last.
    private var slot: Sampling.Slot?
    /// The frames of the slot; `nil` before the first one, and once they were handed out.
    private var gathered: Gathered?
    /// True when the slot's frames were handed out.
    private var isDone = false
    /// The labels of the last 32 frames or fewer, and those of the 32 before.
    private var recent = TICFrame.Labels()
    private var before = TICFrame.Labels()
    private var count = 0
    /// The mode of the frame taken last.
    private var mode: TICMode?

    /// Begins with nothing.
    ///
    /// - Parameters:
    ///   - every: the length of a slot.
    ///   - waits: false when each frame is taken as it is.
    init(every: Duration, waits: Bool) {
        sampling = Sampling(every: every)
        self.waits = waits
    }

    /// Takes a frame into its slot; what `rest(before:)` did not fetch of another slot is dropped.
    mutating func add(_ frame: TICFrame, at time: Timestamp) -> Place {
        if let mode, mode != frame.mode { forget() }
        mode = frame.mode
        note(frame.labels.intersection(TeleinfoPoints.told))
        let slot = sampling.slot(of: time)
        let isAnother = slot != self.slot
        if isAnother {
            self.slot = slot
            isDone = false
            gathered = nil
        }
        guard !isDone else { return .same }
        if gathered == nil {
            gathered = Gathered(frame: frame, time: time, hasCompleteFrame: frame.isComplete)
        } else {
            gathered?.frame.add(frame)
            gathered?.time = time
            if frame.isComplete { gathered?.hasCompleteFrame = true }
        }
        return isAnother ? .another : .same
    }

    /// The frames of the slot, once they have all that the meter usually says, and all of it is believed.
    mutating func whole(_ isBelieved: (TICLabel, TICFrame) -> Bool) -> Gathered? {
        guard let gathered, !isDone else { return nil }
        guard waits else { return rest() }
        let usual = recent.union(before)
        let isWhole =
            gathered.frame.labels.isSuperset(of: usual) && (count >= Self.enough || gathered.hasCompleteFrame)
            && usual.allSatisfy { isBelieved($0, gathered.frame) }
        return isWhole ? rest() : nil
    }

    /// The frames of the slot, if they were not handed out and the slot is over.
    mutating func rest(before time: Timestamp) -> Gathered? {
        guard gathered != nil, sampling.slot(of: time) != slot else { return nil }
        return rest()
    }

    /// The frames of the slot, if they were not handed out.
    mutating func rest() -> Gathered? {
        defer {
            isDone = true
            gathered = nil
        }
        return gathered
    }

    /// Forgets the frames of the slot and the usual labels: another meter, or another mode.
    mutating func forget() {
        gathered = nil
        (recent, before, count) = (TICFrame.Labels(), TICFrame.Labels(), 0)
    }

    private mutating func note(_ labels: TICFrame.Labels) {
        recent = recent.union(labels)
        count += 1
        if count % Self.memory == 0 { (before, recent) = (recent, TICFrame.Labels()) }
    }
}
