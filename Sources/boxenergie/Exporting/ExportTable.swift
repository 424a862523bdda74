import InfluxOutput
import MeterCore
import MeterNotation

/// A table of what the box knows, in the form that its reader wants.
struct ExportTable {
    /// What the rows are.
    enum Rows: String, CaseIterable, Sendable {
        case quarters, days, months, registers

        /// The kind of points that the rows are made of.
        var kind: Kind {
            switch self {
            case .quarters: .quarterEnergy
            case .days: .dayEnergy
            case .months: .monthEnergy
            case .registers: .quarterTariff
            }
        }
    }

    private static let energies: [(field: Field, french: String, english: String)] = [
        (.importWh, "Prélevé (kWh)", "import_kwh"), (.exportWh, "Injecté (kWh)", "export_kwh"),
        (.productionWh, "Produit (kWh)", "production_kwh"), (.consumptionWh, "Consommé (kWh)", "consumption_kwh"),
        (.chargeWh, "Batterie chargée (kWh)", "charge_kwh"),
        (.dischargeWh, "Batterie déchargée (kWh)", "discharge_kwh"),
    ]
    private static let euros: [(field: Field, french: String, english: String)] = [
        (.eurImport, "Énergie achetée (€)", "import_eur"), (.eurSubscription, "Abonnement (€)", "subscription_eur"),
        (.eurExport, "Surplus vendu (€)", "export_eur"), (.eurSaved, "Économisé (€)", "saved_eur"),
    ]

    private let rows: Rows
    private let calendar: LocalCalendar
    private let isFrench: Bool
    private let columns: [(field: Field, french: String, english: String)]
    private var sheet: Spreadsheet

    /// The file so far.
    var text: String { sheet.text }

    /// Begins a table.
    init(_ rows: Rows, _ dialect: Spreadsheet.Dialect, _ calendar: LocalCalendar) {
        (self.rows, self.calendar) = (rows, calendar)
        columns = rows == .quarters ? Self.energies : Self.energies + Self.euros
        isFrench = dialect == .french
        let heads: [String]
        switch rows {
        // Both ends and the instant in UTC: else the hour that autumn has twice is lost.
        case .quarters:
            heads = isFrench ? ["Début", "Fin", "Début UTC", "Qualité"] : ["start", "end", "start_utc", "quality"]
        case .days: heads = [isFrench ? "Jour" : "date"]
        case .months: heads = [isFrench ? "Mois" : "month"]
        case .registers:
            heads = isFrench ? ["Jour", "Registre", "Énergie (kWh)", "Prix (€)"] : ["date", "register", "kwh", "eur"]
        }
        let names = rows == .registers ? [] : columns.map { dialect == .french ? $0.french : $0.english }
        sheet = Spreadsheet(dialect, heads + names)
    }

    /// Adds a row of energies.
    mutating func add(_ energies: HouseHistory.Energies) {
        let (start, sums) = (energies.start, energies.sums)
        var cells: [Spreadsheet.Cell]
        switch rows {
        case .quarters: cells = [minute(start), minute(start + 900), .text(utc(start)), .text(quality(of: energies))]
        case .days, .registers: cells = [.date(calendar.date(start))]
        case .months: cells = [.text("\("\(calendar.date(start))".prefix(7))")]
        }
        for column in columns {
            guard let value = sums[column.field] else {
                cells.append(.empty)
                continue
            }
            cells.append(column.field.rawValue.hasPrefix("eur") ? .number(value, 2) : .number(value / 1000, 3))
        }
        sheet.add(cells)
    }

    /// Adds what a register counted on a day.
    mutating func add(_ day: Int64, register: String, _ wattHours: Double, _ euros: Double?) {
        sheet.add([
            .date(calendar.date(day)), .text(register), .number(wattHours / 1000, 3),
            euros.map { .number($0, 2) } ?? .empty,
        ])
    }

    private static let qualities: [(mark: Field, french: String, english: String)] = [
        (.imported, "importé", "imported"), (.estimated, "réparti", "shared"), (.doubtful, "douteux", "doubtful"),
    ]

    /// Where a quarter comes from, in words of the table's language.
    private func quality(of energies: HouseHistory.Energies) -> String {
        let marked = Self.qualities.filter { energies.marks[$0.mark] == true }
        guard !marked.isEmpty else { return isFrench ? "mesuré" : "measured" }
        return marked.map { isFrench ? $0.french : $0.english }.joined(separator: ", ")
    }

    private func minute(_ instant: Int64) -> Spreadsheet.Cell {
        let local = instant + calendar.zone.offset(at: instant)
        let minutes = Int(floorModulo(local, 86_400) / 60)
        return .minute(calendar.date(instant), hour: minutes / 60, minute: minutes % 60)
    }

    private func utc(_ instant: Int64) -> String {
        let date = LocalDate(dayNumber: floorDivision(instant, 86_400))
        let minutes = floorModulo(instant, 86_400) / 60
        return "\(date)T\((minutes / 60).digits(2)):\((minutes % 60).digits(2))Z"
    }
}
