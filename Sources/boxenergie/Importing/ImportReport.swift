import MeterCore
import MeterNotation
import SupplierFiles

/// What an import says of files and of what it writes; never a file's name, a delivery point or a person's.
enum ImportReport {
    /// Reads a file and says what is in it.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - number: its place among the arguments, by which it is called: names of such files hold names of persons.
    ///   - reader: finds what is in it.
    ///   - calendar: that of the place.
    /// - Returns: what it holds, a file for each table.
    /// - Throws: a `CommandError` for a file that cannot be read or is none of the known ones.
    static func read(
        _ path: String,
        number: Int,
        _ reader: SupplierReader,
        _ calendar: LocalCalendar
    ) throws -> [SupplierFile] {
        let bytes: [UInt8]
        do {
            bytes = try SmallFile.read(path, atMost: SupplierFile.largest + 1)
        } catch {
            throw CommandError("file \(number) cannot be read: \(error.reason)", exitCode: 66)
        }
        do {
            // A clock that is not right yet leaves nothing out.
            let now = BoxTime.shared.present.latest()?.seconds ?? .max
            return try reader.read(bytes).map { file in
                var file = file
                file.leaveOut(from: now, calendar)
                tell(file, number)
                return file
            }
        } catch {
            throw CommandError("file \(number): \(words(error))", exitCode: 65)
        }
    }

    private static func words(_ error: SupplierFileError) -> String {
        switch error {
        case .unknown:
            said(
                "none of the files that are known; boxenergie import --help lists them. Was it saved by another program?"
            )
        case .unusable(let kind): words(kind)
        case .otherUnit(let unit): said("it is in \(unit), and no electricity in Wh, kWh, W or kW")
        case .empty(let format): said("\(format.rawValue), without a single value")
        case .tooLarge: said("larger than \(SupplierFile.largest >> 20) MiB, unpacked")
        case .damaged(let kind): said("a \(kind) file that is damaged or cut off; download it once more")
        case .noLibrary: said("workbooks need libxml2: sudo apt install libxml2")
        case .severalMeters(let meters):
            said("it has several delivery points; choose one with --meter: \(meters.joined(separator: ", "))")
        }
    }

    /// What it is, why nothing is taken of it, and what to take instead.
    private static func words(_ kind: UnusableFile) -> String {
        switch kind {
        case .totalEnergies:
            said(
                "half hours of TotalEnergies: whether its times are their beginnings or their ends is not known. Enedis has "
                    + "the same ones; take its load curve and daily registers from your account there"
            )
        case .twoColumns:
            said(
                "a curve with date and time in two columns, as of Strasbourg Électricité Réseaux: whether its times are the "
                    + "beginnings or the ends of steps is not known. If you know, make a CSV of it with the columns "
                    + "debut;fin;kWh"
            )
        case .months: said("sums of months, without days; take the curve, the registers or the days instead")
        case .spans: said("sums of several days at once; take the curve and the registers from your account at Enedis")
        case .maxima: said("the largest power of each day, which is no energy; take the curve and the registers")
        case .panels:
            said("what panels produced, not what your meter counted; the box measures that itself, by a [source.NAME]")
        case .homeAssistant:
            said("the history of Home Assistant, not of a meter; take the files of Enedis or of your supplier")
        case .bothDirections:
            said("its words name what is drawn and what is injected, and not which it has; download one of them alone")
        }
    }

    private static func tell(_ file: SupplierFile, _ number: Int) {
        var parts = [said("file \(number): \(file.format.rawValue)")]
        if let meter = file.meter { parts.append(said("delivery point …\(meter.suffix(4))")) }
        if !file.curve.isEmpty { parts.append(said("\(file.curve.count) steps")) }
        let days = Set(file.days.map(\.date)).count
        if days > 0 { parts.append(said("\(days) days")) }
        print(parts.joined(separator: ", "))
        for (remark, count) in file.remarks.sorted(by: { words($0.key) < words($1.key) }) {
            print(said("  \(count) \(words(remark))"))
        }
    }

    private static func words(_ remark: SupplierFile.Remark) -> String {
        switch remark {
        case .missing: said("without a value: missing, not zero")
        case .repeated: said("twice in the file, counted once")
        case .contradicted: said("twice in the file with different values: the better one counts, else the first")
        case .offCurve: said("at odd times, no part of the curve")
        case .unreadable: said("not readable")
        case .negative: said("below zero, left out")
        case .noSuchTime: said("at a time that the clock left out in spring")
        case .autumn: said("once in the hour that autumn has twice: the other one is missing")
        case .fell: said("where a register fell: another meter or contract, no energy")
        case .otherQuantity: said("of other quantities, left out")
        case .estimated: said("estimated by the supplier, taken all the same")
        case .future: said("in the future, left out: a damaged date")
        }
    }

    /// Says month by month what is written.
    static func tell(_ plan: ImportPlan, _ joined: JoinedFiles, farAbove: Int) {
        let months = Dictionary(grouping: plan.days) { $0.date.firstOfMonth() }.sorted { $0.key < $1.key }
        print(said("month    days    kWh drawn   injected     bill €  quarters missing, measured by the box"))
        for (month, days) in months {
            func sum(_ values: [Double]) -> String {
                values.isEmpty ? "—" : inWords(values.reduce(0, +), decimals: 2)
            }
            func kWh(_ field: Field) -> String { sum(days.compactMap { $0.sums[field].map { $0 / 1000 } }) }
            // The bill of a day that has a price: its energy, and its share of the subscription.
            let bill = sum(
                days.compactMap { day in day.sums[.eurImport].map { $0 + (day.sums[.eurSubscription] ?? 0) } }
            )
            let whole = days.count { $0.sums[.importWh] != nil || $0.sums[.exportWh] != nil }
            print(
                "\("\(month)".prefix(7)) \(right("\(whole)", 5)) \(right(kWh(.importWh), 12)) \(right(kWh(.exportWh), 10)) "
                    + "\(right(bill, 10)) \(right("\(days.reduce(0) { $0 + $1.missing })", 17)) "
                    + right("\(days.reduce(0) { $0 + $1.measured })", 21)
            )
        }
        if plan.daysThere > 0 {
            print(said("\(plan.daysThere) days are in the database already: their sums are written anew"))
        }
        let partial = plan.days.count { $0.missing > 0 && $0.sums[.importWh] == nil && $0.sums[.exportWh] == nil }
        if partial > 0 {
            print(said("\(partial) days have holes and no register: their quarters count, their sum is not known"))
            let ends = plan.days.count(where: \.lacksEnd)
            if ends > 0 {
                print(
                    said(
                        "  \(ends) of them lack their last half hour only, as every file of a week from Enedis' site does: let the "
                            + "files overlap by a day, or add the file of days"
                    )
                )
            }
        }
        if !joined.filled.isEmpty {
            print(said("\(joined.filled.count) days: holes filled in equal shares by their registers"))
        }
        if plan.daysWithoutPrice > 0 {
            print(
                said("\(plan.daysWithoutPrice) days without a price: no [tariff] of that time, or no daily registers")
            )
        }
        if plan.daysLackingRegisters > 0 {
            print(said("\(plan.daysLackingRegisters) days: registers that do not add up to the day, left out"))
        }
        if farAbove > 0 {
            print(said("\(farAbove) steps far above the subscribed power of today: taken, and marked as doubtful"))
        }
        if joined.refuted > 0 {
            print(said("\(joined.refuted) doubtful quarters are more than the registers of their days: these count"))
        }
        if joined.odd > 0 { print(said("\(joined.odd) steps lie on no step of a meter, and are left out")) }
    }
}
