extension Uploader {
    /// What is worth a line in the log.
    enum News: Equatable {
        case takesAgain
        case waits(reason: String, tries: Int)
        case refused(reason: String, Batch)
        case refusedWaits(reason: String)
        case cannotStore(reason: String)
        case storesAgain
        case givesUp(points: Int)
    }

    /// Decides what to say of the disk, and of what is given up for want of room.
    struct StoreWatch {
        private var alarm = Alarm()
        private var dropAlarm = Alarm()
        private var dropped = 0

        /// Takes what came of storing.
        ///
        /// - Parameters:
        ///   - trouble: why something had to stay in memory, if so.
        ///   - dropped: how many points were given up so far.
        ///   - now: the time.
        /// - Returns: what to say.
        mutating func note(_ trouble: String?, dropped: Int, at now: Uptime) -> [News] {
            var news: [News] = []
            if let trouble {
                if alarm.raise(trouble, at: now) != nil { news.append(.cannotStore(reason: trouble)) }
            } else if alarm.clear() {
                news.append(.storesAgain)
            }
            if dropped > self.dropped, dropAlarm.raise("full", at: now) != nil {
                news.append(.givesUp(points: dropped))
            }
            self.dropped = dropped
            return news
        }
    }
}
