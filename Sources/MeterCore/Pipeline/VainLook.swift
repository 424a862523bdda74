/// A look at the spool that found nothing besides some batches and destinations.
struct VainLook {
    /// The batches that were being delivered then.
    var taken: Set<Int>
    /// The destinations that took nothing then.
    var closed: Set<Batch.Destination>
    /// The time of the look.
    var time: Uptime

    /// True when another look would find nothing either.
    ///
    /// What was taken then and was not delivered is there for others, and what the disk could not read it may read a
    /// minute later.
    func holds(for taken: Set<Int>, _ closed: Set<Batch.Destination>, at now: Uptime) -> Bool {
        self.closed == closed && self.taken.isSubset(of: taken) && now.seconds(since: time) < 60
    }
}
