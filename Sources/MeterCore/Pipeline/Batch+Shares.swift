extension Batch {
    /// Gives up the lines of some sources.
    ///
    /// - Returns: the points that are lost.
    mutating func giveUp(_ sources: Set<String>) -> LostPoints {
        let (rest, lost) = sieved(lines, without: sources)
        lines = rest
        points = rest.isEmpty ? 0 : points - lost.total
        return lost
    }
}

extension Array {
    /// Gives up the oldest lines of the sources that have most, until there is room.
    ///
    /// All is looked through for that: more room at once than is needed saves work. The newest batch stays whole.
    ///
    /// - Parameters:
    ///   - bytes: those that have to go.
    ///   - batch: the batch of an element; one that has nothing left is removed.
    /// - Returns: the points that are lost.
    mutating func giveUp(_ bytes: Int, from batch: WritableKeyPath<Element, Batch>) -> LostPoints {
        var lost = LostPoints()
        var left = bytes
        while left > 0, count > 1 {
            var shares = Shares()
            for element in dropLast() { shares.add(Shares(of: element[keyPath: batch].lines)) }
            let most = shares.most
            for place in indices.dropLast() where left > 0 {
                let before = self[place][keyPath: batch].lines.count
                lost.add(self[place][keyPath: batch].giveUp(most))
                left -= before - self[place][keyPath: batch].lines.count
            }
            let newest = count - 1
            self = enumerated().filter { $0.offset == newest || !$0.element[keyPath: batch].lines.isEmpty }
                .map(\.element)
        }
        return lost
    }
}
