import Logging

// The clocks and the disk that dating needs besides values, both outside the lock.
extension Intake {
    /// The state of dating, for `status`.
    public var dating: Dating.Report { with { $0.dating.report } }

    /// Looks at the clocks; to be called now and then.
    public func look() {
        load()
        let now = clock()
        judge(now)
        save()
        if let undated, with({ $0.dating.isTimeToClear(at: now) }) { onDisk { undated.clear() } }
    }

    /// Does something on the disk, after what was asked for before.
    private func onDisk(_ work: @escaping @Sendable () -> Void) {
        if let disk { disk.enqueue(work) } else { work() }
    }

    /// Puts on disk what still waits for a date before the program ends.
    public func finish() {
        look()
        let waiting = dating.waiting
        guard waiting > 0 else { return }
        logger.warning(
            "Readings without a date wait on disk for the next start of the program",
            metadata: ["readings": "\(waiting)"]
        )
    }

    /// Judges the clocks, and sends on the readings that get their dates by that.
    func judge(_ now: ClockReading) {
        let offset = meter.offset
        let look = with { $0.dating.look(at: now, meter: offset) }
        if !look.ready.isEmpty {
            // On disk first: whatever happens next, they keep these dates.
            if let undated { onDisk { undated.noteDates(look.offset) } }
            pass(look.ready, now)
        }
        if let jump = look.jump {
            logger.notice("The clock was set", metadata: ["seconds forward": "\(jump / 1_000_000_000)"])
        }
        if let correction = look.correction {
            with { $0.bookkeeper.timeWasCorrected(by: correction, at: $0.dating.present(now)) }
        }
        if let seconds = look.wrongMeter {
            logger.warning(
                "The meter's clock is wrong and is not followed",
                metadata: ["seconds ahead of the box": "\(seconds)"]
            )
        }
        if let change = look.change { say(change, readings: look.ready.count) }
    }

    /// Sends dated readings on.
    private func pass(_ points: [Point], _ now: ClockReading) {
        passing { stages in
            var rest = Stages.FollowUp()
            let present = stages.dating.present(now)
            for point in points { stages.next(point, at: present, &rest) }
            return rest
        }
    }

    /// Brings in what an earlier run left, as soon as the disk lets us.
    private func load() {
        guard let undated, !with({ $0.dating.isLoaded }), !errand.isBusy else { return }
        errand.perform { [self] in
            guard let left = try? undated.load() else { return }
            let now = clock()
            if with({ $0.dating.takeIn(left.undated, hasDated: !left.dated.isEmpty, at: now) }) {
                pass(left.dated, now)
            }
        }
    }

    /// Puts readings that wait for a date on the disk.
    private func save() {
        guard let undated, with({ $0.dating.report.unsaved > 0 }), !errand.isBusy else { return }
        errand.perform { [self] in
            let new = with { $0.dating.toSave }
            do throws(DiskError) {
                try undated.save(new.readings)
                with { stages in
                    stages.dating.didSave(before: new.next)
                    _ = stages.undatedAlarm.clear()
                }
            } catch {
                guard with({ $0.undatedAlarm.raise(error.description) != nil }) else { return }
                logger.error("Readings without a date are not on disk", metadata: ["reason": "\(error)"])
            }
        }
    }

    private func say(_ change: Dating.Change, readings: Int) {
        let ahead = "\(change.verdict.correction / 1_000_000_000)"
        switch change.verdict.basis {
        case .unknown: logger.notice("The clock is not set yet; readings wait until it is")
        case .meter:
            logger.warning(
                "The clock was never set; readings are dated by the meter's",
                metadata: ["seconds ahead of the box": "\(ahead)"]
            )
        case .earlier:
            logger.warning(
                "The clock was set and nothing confirms it; readings are dated as before",
                metadata: ["seconds ahead of the box": "\(ahead)"]
            )
        case .box where change.before == .unknown && readings > 0:
            logger.notice("The clock is right now", metadata: ["readings dated": "\(readings)"])
        case .box: break
        }
    }
}
