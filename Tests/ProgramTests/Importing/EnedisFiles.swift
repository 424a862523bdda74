import Foundation
import InfluxOutput
import MeterNotation
import Testing

/// A suite whose box is given files as Enedis makes them, of days that it chooses.
protocol EnedisFiles {
    var box: Installation { get }
}

extension EnedisFiles {
    static var calendar: LocalCalendar { LocalCalendar(.paris) }
    static var meter: String { "11112222333344" }

    /// R63 of some days: the power of each half hour by its number.
    func curve(
        from first: LocalDate,
        days: Int64,
        meter: String = Self.meter,
        _ watts: (Int64) -> Int64?
    ) throws -> String {
        var text =
            "Identifiant PRM;Date de début;Date de fin;Grandeur physique;Grandeur métier;Etape métier;Unité;Horodate;Valeur;Nature;Pas;Indice de vraisemblance;Etat complémentaire\n"
        for start in stride(from: start(first), to: start(first, days), by: 1800) {
            guard let watts = watts(start) else { continue }
            let local = start + 1800 + Self.calendar.zone.offset(at: start + 1800)
            let date = LocalDate(dayNumber: local / 86_400)
            let clock = "\((local / 3600 % 24).digits(2)):\((local / 60 % 60).digits(2)):00"
            text += "\(meter);x;y;PA;CONS;BRUT;W;\(date) \(clock);\(watts);B;PT30M;0;0\n"
        }
        return try write(text, "courbe \(meter).csv")
    }

    /// Daily registers: off-peak and peak Wh of each day, counted from the same night on; the column of the peak may be empty.
    func registers(
        from first: LocalDate,
        _ days: [(off: Int64, peak: Int64)],
        lackingPeak: Bool = false
    ) throws -> String {
        var text = "\u{FEFF}Identifiant PRM;Type de donnees\n\(Self.meter);Index\n"
        text += "Horodate;Type de releve;EAS F1;EAS F2;EAS T\n"
        var (off, peak): (Int64, Int64) = (5_000_000, 7_000_000)
        for (number, day) in (days + [(0, 0)]).enumerated() {
            let date = LocalDate(dayNumber: first.dayNumber + Int64(number))
            let offset = Self.calendar.zone.offset(at: Self.calendar.start(of: date)) / 3600
            text +=
                "\(date)T00:00:00+0\(offset):00;Arrêté quotidien;\(lackingPeak ? "" : "\(peak)");\(off);\(off + peak)\n"
            off += day.off
            peak += day.peak
        }
        // F1 is the peak here: only this line says so.
        text +=
            "Periode;a;b;c;d;e\nDu 2020-01-01T00:00:00+01:00 au;FC;x;HP;Heures Pleines;EAS F1;HC;Heures Creuses;EAS F2\n"
        return try write(text, "index.csv")
    }

    func write(_ text: String, _ name: String) throws -> String {
        let path = "\(box.folder)/\(name)"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    func start(_ date: LocalDate, _ days: Int64 = 0) -> Int64 {
        Self.calendar.start(of: LocalDate(dayNumber: date.dayNumber + days))
    }

    func configure(_ url: String, _ tariff: String) throws -> String {
        try box.configure(
            url,
            sources: """
                [tariff.a]
                from = "2024-01-01"
                \(tariff)
                [source.linky]
                type = "teleinfo"
                device = "\(box.folder)/linky"
                """
        )
    }

    /// Makes a server ready for a box with a tariff.
    func prepare(_ server: Peer, _ tariff: String) throws -> (url: String, config: String) {
        let url = server.line()
        let config = try configure(url, tariff)
        #expect(try box.run("provision", "--config", config).code == 0)
        return (url, config)
    }

    /// The sums of a measurement's fields.
    func sums(_ url: String, _ fields: [String], _ from: String) async throws -> [Double] {
        let columns = fields.map { "sum(\($0)) AS \($0)" }.joined(separator: ", ")
        let rows = try await box.rows(url, "SELECT \(columns) FROM \(from)")
        return fields.map { rows.first?[$0]?.number ?? .nan }
    }

    /// Writes so many Wh for each quarter of a span, as the box does.
    func measure(_ wattHours: Int, _ span: Range<Int64>, _ config: String) throws {
        let lines = stride(from: span.lowerBound, to: span.upperBound, by: 900).map {
            "energy,site=maison import_wh=\(wattHours),consumption_wh=\(wattHours),estimated=false \($0)\n"
        }
        #expect(try box.run("write", "--policy", "m15", "--config", config, input: lines.joined()).code == 0)
    }
}
