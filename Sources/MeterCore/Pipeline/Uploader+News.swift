extension Uploader {
    /// News that is worth a line in the log.
    enum News: Equatable {
        /// The server takes points after it did not.
        case takesAgain
        /// Points wait; `tries` since it was last said.
        case waits(reason: String, tries: Int)
        /// A line will never be taken, and is kept aside.
        case refused(reason: String, Batch)
        /// A line kept aside is not on the disk yet.
        case refusedWaits(reason: String)
        /// The disk does not take what waits.
        case cannotStore(reason: String)
        /// The disk takes it again.
        case storesAgain
        /// Points were lost for want of room, counted since the start.
        case givesUp(LostPoints)
    }

    /// Decides what to say of the disk, and of what is given up for want of room.
    struct StoreWatch {
        private var alarm = Alarm()
        private var dropAlarm = Alarm()
        private var lost = 0

        /// Takes the outcome of storing.
        ///
        /// - Parameters:
        ///   - trouble: the reason for which something had to stay in memory, if so.
        ///   - lost: the points that were given up so far.
        ///   - now: the time.
        /// - Returns: the news to say.
        mutating func note(_ trouble: String?, lost: LostPoints, at now: Uptime) -> [News] {
            var news: [News] = []
            if let trouble {
                if alarm.raise(trouble, at: now) != nil { news.append(.cannotStore(reason: trouble)) }
            } else if alarm.clear() {
                news.append(.storesAgain)
            }
            let total = lost.total
            if total > self.lost, dropAlarm.raise("full", at: now) != nil { news.append(.givesUp(lost)) }
            self.lost = total
            return news
        }
    }
}
