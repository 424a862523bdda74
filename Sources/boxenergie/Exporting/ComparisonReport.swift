import MeterNotation

/// A comparison in words.
enum ComparisonReport {
    /// Prints the days that differ, the sums, and the reason where one shows.
    static func tell(_ comparison: Comparison, _ calendar: LocalCalendar) {
        let both = comparison.days.filter { $0.difference != nil }
        let different = comparison.different
        if !different.isEmpty { print(said("day          box kWh     file kWh   difference Wh       %")) }
        for day in different {
            guard let box = day.box, let file = day.file, let difference = day.difference else { continue }
            let percent = file > 0 ? inWords(difference / file * 100, decimals: 2) : "—"
            print(
                "\(day.date) \(right(inWords(box / 1000, decimals: 3), 9)) \(right(inWords(file / 1000, decimals: 3), 12)) "
                    + "\(right(inWords(difference, decimals: 0), 15)) \(right(percent, 7))"
            )
        }
        let (box, file) = (both.compactMap(\.box).reduce(0, +), both.compactMap(\.file).reduce(0, +))
        let kWh = [box, file].map { inWords($0 / 1000, decimals: 3) }
        print(
            said(
                "\(both.count) days of both: box \(kWh[0]) kWh, file \(kWh[1]) kWh; \(different.count) differ by more than "
                    + "they may"
            )
        )
        let onlyFile = comparison.days.count { $0.box == nil && $0.file != nil }
        if onlyFile > 0 { print(said("\(onlyFile) days are in the file only; boxenergie import takes them in")) }
        let unknown = comparison.days.count { $0.file == nil }
        if unknown > 0 { print(said("\(unknown) days have holes in the file's curve and no register")) }
        if let cause = comparison.cause(calendar) { print(words(cause)) }
    }

    private static func words(_ cause: Comparison.Cause) -> String {
        switch cause {
        case .factor(let factor):
            said(
                "the box has \(factor < 1 ? "1/\(Int(1 / factor))" : "\(Int(factor))") times what the file has: one of them took "
                    + "mean power for energy"
            )
        case .shifted:
            said("single days differ and their sum does not: one of them took the ends of steps for their beginnings")
        case .autumn: said("only nights with an hour twice differ: the file has it once")
        case .holes: said("only days differ of which the file has holes")
        }
    }
}
