/// Readings that belong together.
extension Ledger {
    /// Takes what several meters say at one instant: what is complete then is settled once, not after each of them.
    ///
    /// - Returns: the consequences of all of it.
    public mutating func learn(together points: [Point]) -> Lesson {
        var lesson = Lesson()
        isSettlingLater = true
        for point in points {
            let more = learn(point)
            lesson.points += more.points
            lesson.events += more.events
        }
        isSettlingLater = false
        if hasToSettle { settle(&lesson) }
        hasToSettle = false
        return lesson
    }
}
