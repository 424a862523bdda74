extension RandomAccessCollection where Index == Int {
    /// The first place from which on something holds, in a collection where it does not hold before; the end if never.
    func firstPlace(_ holds: (Element) -> Bool) -> Int {
        var low = startIndex
        var high = endIndex
        while low < high {
            let middle = (low + high) / 2
            if holds(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
