import InfluxOutput
import MeterCore
import MeterIO
import MeterNotation

/// The days between two dates, for programs and spreadsheets.
struct DayTable: Sendable {
    /// The form of the answer.
    enum Form: String, Sendable { case json, csv }

    /// The days that are given at most: ten years.
    static let mostDays: Int64 = 3_660

    let from: LocalDate
    let to: LocalDate
    let form: Form
    let language: Language

    /// The table that a question means: `from` and `to`, by default the month of now; `format`, by default JSON.
    ///
    /// - Returns: `nil` for dates that are none, a `to` before `from`, and more than ten years.
    init?(_ question: [(name: String, text: String)], _ language: Language, today: LocalDate) {
        let from = question.text(of: "from").map { LocalDate($0) } ?? today.firstOfMonth()
        let to = question.text(of: "to").map { LocalDate($0) } ?? today
        guard let from, let to, from <= to, to.dayNumber - from.dayNumber < Self.mostDays,
            let form = Form(rawValue: question.text(of: "format") ?? "json")
        else { return nil }
        (self.from, self.to, self.form, self.language) = (from, to, form, language)
    }

    func span(_ calendar: LocalCalendar) -> Range<Int64> {
        calendar.start(of: from)..<calendar.startOfNextDay(calendar.start(of: to))
    }

    private static let fields: [Field] = [
        .importWh, .exportWh, .productionWh, .consumptionWh, .chargeWh, .dischargeWh, .eurImport, .eurExport, .eurSaved,
        .eurSubscription,
    ]

    /// The rows in the form that was asked for.
    func content(_ days: [HouseHistory.Energies], _ calendar: LocalCalendar) -> (bytes: [UInt8], type: String) {
        switch form {
        case .json: ([UInt8](json(days, calendar).utf8), "application/json")
        case .csv: ([UInt8](csv(days, calendar).utf8), "text/csv; charset=utf-8")
        }
    }

    /// A list of days, each with the fields that it has under their names in the database: Wh and €.
    private func json(_ days: [HouseHistory.Energies], _ calendar: LocalCalendar) -> String {
        let rows = days.map { day in
            let values = Self.fields.compactMap { field in
                day.sums[field].map { ",\"\(field.rawValue)\":\(Self.number($0))" }
            }
            return "{\"date\":\"\(calendar.date(day.start))\"\(values.joined())}"
        }
        return "[" + rows.joined(separator: ",\n") + "]\n"
    }

    /// JSON has no `inf`, and a whole number needs no fraction.
    private static func number(_ value: Double) -> String {
        guard value.isFinite else { return "null" }
        return value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
    }

    /// kWh and €, with the separators of a spreadsheet of the language, and the mark by which Excel knows UTF-8.
    private func csv(_ days: [HouseHistory.Energies], _ calendar: LocalCalendar) -> String {
        let heads = [
            language("date", "date"), language("acheté kWh", "bought kWh"), language("injecté kWh", "injected kWh"),
            language("soleil kWh", "sun kWh"), language("maison kWh", "house kWh"),
            language("batterie chargée kWh", "battery charged kWh"),
            language("batterie déchargée kWh", "battery discharged kWh"),
            language("énergie achetée €", "energy bought €"),
            language("surplus vendu €", "surplus sold €"), language("économisé €", "saved €"),
            language("abonnement €", "subscription €"),
        ]
        var table = Spreadsheet(language == .french ? .french : .international, heads)
        for day in days {
            let cells = Self.fields.map { field -> Spreadsheet.Cell in
                guard let value = day.sums[field] else { return .empty }
                return field.rawValue.hasPrefix("eur") ? .number(value, 2) : .number(value / 1000, 3)
            }
            table.add([.date(calendar.date(day.start))] + cells)
        }
        return table.text
    }
}
