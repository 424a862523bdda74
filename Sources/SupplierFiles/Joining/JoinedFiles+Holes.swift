public import MeterNotation

/// The registers of days and the curves of the same days: registers are truer than the sum of a curve.
extension JoinedFiles {
    /// Gives the holes of curves what the registers of their days counted besides, in equal shares; quarters in doubt by
    /// which a day would have more than its register are holes, too.
    ///
    /// - Parameters:
    ///   - own: the quarters that are known from elsewhere and are no holes, by their starts: Wh by direction. A day with
    ///     one that lacks a direction keeps its holes of that direction, since nobody knows what is left for them.
    ///   - calendar: that of the place.
    public mutating func fillHoles(besides own: [Int64: [SupplierFile.Direction: Double]], _ calendar: LocalCalendar) {
        for (direction, days) in days {
            for (date, day) in days {
                guard let total = day.total else { continue }
                let end = calendar.start(of: LocalDate(dayNumber: date.dayNumber + 1))
                let span = calendar.start(of: date)..<end
                if fill(span, with: total, besides: own, day.step, direction) { filled.insert(date) }
            }
        }
    }

    /// Gives the holes of a day what is left of its Wh for them; false where it has none.
    private mutating func fill(
        _ span: Range<Int64>,
        with total: Double,
        besides own: [Int64: [SupplierFile.Direction: Double]],
        _ step: Double,
        _ direction: SupplierFile.Direction
    ) -> Bool {
        var (rest, sure, doubtful) = (total, 0.0, 0.0)
        var starts: [Int64] = []
        for start in stride(from: span.lowerBound, to: span.upperBound, by: 900) {
            guard let mine = own[start] else {
                starts.append(start)
                guard let quarter = quarters[direction]?[start] else { continue }
                if quarter.isDoubtful { doubtful += quarter.wattHours } else { sure += quarter.wattHours }
                continue
            }
            guard let value = mine[direction] else { return false }
            rest -= value
        }
        let most = rest + max(step, Self.rounding)
        let isRefuted = sure <= most && sure + doubtful > most
        let holes = starts.filter { quarters[direction]?[$0].map { isRefuted && $0.isDoubtful } ?? true }
        guard !holes.isEmpty else { return false }
        // Whole kWh may be less than what the curve has already.
        let share = max(0, rest - sure - (isRefuted ? 0 : doubtful)) / Double(holes.count)
        for hole in holes {
            let quarter = Quarter(wattHours: share, isShare: true, isDoubtful: false)
            if quarters[direction, default: [:]].updateValue(quarter, forKey: hole) != nil { refuted += 1 }
        }
        return true
    }
}
