// The ledger that learns from what passes.
extension Intake {
    /// Opens the ledger, which then learns what has come in meanwhile.
    ///
    /// - Parameter work: brings the ledger up to date; its points and events are handed over.
    public func openLedger(_ work: (inout Ledger) -> [Lesson]) {
        let now = clock()
        passing { stages in
            var rest = Stages.FollowUp()
            for lesson in stages.bookkeeper.open(at: stages.dating.present(now), work) {
                stages.hand(over: lesson, &rest)
            }
            return rest
        }
    }

    /// Closes the ledger until `openLedger` brings a better one; what comes in meanwhile waits.
    ///
    /// - Returns: `false` when it is not open yet.
    public func closeLedger() -> Bool { with { $0.bookkeeper.close() } }

    /// Lets the ledger look at the time, for what begins with silence; not before the time is known.
    public func lookForSilence() {
        let now = clock()
        passing { stages in
            var rest = Stages.FollowUp()
            stages.hand(over: stages.bookkeeper.look(at: stages.dating.present(now)), &rest)
            return rest
        }
    }

    /// The meters that may be silent now, as inverters at night.
    public var asleep: [String] {
        let now = clock()
        return with { $0.bookkeeper.ledger.asleep(at: $0.dating.present(now).now.seconds) }
    }

    /// Lets the ledger go on with other settings.
    ///
    /// - Parameters:
    ///   - settings: the new ones.
    ///   - sources: the names of the meters there are now.
    public func changeLedger(to settings: Ledger.Settings, sources: [String]) {
        with { $0.bookkeeper.change(to: settings, sources: sources) }
    }

    /// The part of the ledger that must survive a restart.
    public var ledgerMemory: Ledger.Memory { with { $0.bookkeeper.ledger.memory.forSaving } }

    /// Readings that came too late to be added up by the ledger; `nil` for none.
    public var late: LateReadings? { with { $0.bookkeeper.isOpen ? $0.bookkeeper.ledger.memory.late : nil } }

    /// Gives up the readings that came too late.
    public func forgetLate() { with { $0.bookkeeper.forgetLate() } }

    /// The end of the newest complete quarter, in seconds since 1970: when this changes, it is time to save.
    public var completeUntil: Int64 { with { $0.bookkeeper.ledger.completeUntil } }
}
