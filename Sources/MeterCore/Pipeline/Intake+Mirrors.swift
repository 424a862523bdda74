// The latest values, for neighbours that are shown them.
extension Intake {
    /// Begins to keep the latest value of each quantity, or ends that.
    public func keepLatest(_ isWanted: Bool) {
        with { stages in
            guard isWanted != (stages.bookkeeper.board != nil) else { return }
            stages.bookkeeper.board = isWanted ? MirrorBoard() : nil
        }
    }

    /// The latest value of each quantity; empty while nobody wants them.
    public var latest: [ShownValue] {
        let now = clock()
        return with { $0.bookkeeper.shown(at: $0.dating.present(now)) }
    }
}
