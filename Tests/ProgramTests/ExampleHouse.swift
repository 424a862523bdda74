import Foundation
import Testing

/// Forty days of a house whose every sum is known, laid out as the schema says.
///
/// Each quarter: 200 Wh produced, 100 drawn, 50 injected, 250 used; 40 at the price HC (0.01 €), 60 at HP (0.02 €).
struct ExampleHouse {
    /// The end of the last whole quarter.
    let now: Int64
    let start: Int64
    private(set) var calendar: Calendar

    init(at date: Date = Date()) throws {
        now = Int64(date.timeIntervalSince1970)
        start = now / 900 * 900 - 40 * 86_400
        calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: "Europe/Paris"))
    }

    /// The quarters' times.
    var quarters: [Int64] { Array(stride(from: start, through: now, by: 900)) }

    /// The local midnight at or before a time.
    func midnight(_ time: Int64) -> Int64 {
        Int64(calendar.startOfDay(for: Date(timeIntervalSince1970: Double(time))).timeIntervalSince1970)
    }

    /// Line protocol in seconds, by policy.
    var lines: [String: [String]] { ["raw": raw, "m15": m15, "day": day] }

    private var raw: [String] {
        var lines: [String] = []
        for time in stride(from: now - 3 * 86_400, through: now, by: 60) {
            // One Wh a second and a bit more: 4 kWh an hour.
            lines.append(
                "linky,site=maison,source=linky va_in=1800i,va_out=0i,pref_va=9000i,wh_in=\(10_000_000 + (time - now) / 60 * 20)i \(time)"
            )
        }
        for time in stride(from: now - 6 * 3600, through: now, by: 10) {
            lines.append(
                "flow,site=maison production_w=800.0,import_w=400.0,export_w=200.0,consumption_w=1000.0 \(time)"
            )
        }
        for (phase, volts) in [(1, 231), (2, 232), (3, 233)] {
            lines.append("phase,site=maison,source=linky,phase=\(phase) v=\(volts)i \(now - 5)")
        }
        lines.append("index,site=maison,source=linky,register=HC wh=4000000i \(now - 3600)")
        lines.append("index,site=maison,source=linky,register=HP wh=6000000i \(now - 3600)")
        lines.append("source,site=maison,source=linky age_s=2.0 \(now - 30)")
        lines.append("source,site=maison,source=eau age_s=900.0 \(now - 30)")
        return lines
    }

    private var m15: [String] {
        var lines: [String] = []
        for (number, time) in quarters.enumerated() {
            let hour = calendar.component(.hour, from: Date(timeIntervalSince1970: Double(time)))
            let energy = "import_wh=100.0,export_wh=50.0,production_wh=200.0,consumption_wh=250.0"
            // Eight quarters of a gap two days ago.
            let isEstimated = (now - 2 * 86_400 - 7200..<now - 2 * 86_400).contains(time)
            lines.append("energy,site=maison \(energy)\(isEstimated ? ",estimated=true" : "") \(time)")
            lines.append("hourly,site=maison,hour=\(hour < 10 ? "0" : "")\(hour) \(energy) \(time)")
            lines.append("tariff,site=maison,register=HC wh=40.0,eur=0.01 \(time)")
            lines.append("tariff,site=maison,register=HP wh=60.0,eur=0.02 \(time)")
            lines.append("meter,site=maison,source=eau,role=water value=5.0,count=5 \(time)")
            lines.append("power,site=maison va_max=\(number % 7 == 0 ? 7200 : 3000).0,pref_va=9000.0 \(time)")
            for phase in 1...3 {
                let low = time > now - 43_200 && time <= now - 42_300 ? 206 + phase : 228
                lines.append(
                    "phase,site=maison,source=linky,phase=\(phase) v_min=\(low).0,v_max=\(240 + phase).0,v_avg=233.0 \(time)"
                )
            }
        }
        return lines
    }

    private var day: [String] {
        var lines: [String] = []
        for midnight in Set(quarters.map(midnight)).sorted() {
            lines.append(
                "energy,site=maison import_wh=9600.0,export_wh=4800.0,production_wh=19200.0,consumption_wh=24000.0,"
                    + "eur_import=2.4,eur_export=0.6,eur_saved=3.0 \(midnight)"
            )
            lines.append("phase,site=maison,phase=1 v_min=201.5,v_max=241.0,out_s=120.0 \(midnight)")
        }
        lines.append("site_info,site=maison f01=\"Heures creuses\",f02=\"Heures pleines\" \(now - 86_400)")
        let month = calendar.dateInterval(of: .month, for: Date(timeIntervalSince1970: Double(now)))
        let first = Int64(month?.start.timeIntervalSince1970 ?? 0)
        lines.append(
            "energy_month,site=maison import_wh=288000.0,export_wh=144000.0,production_wh=576000.0,"
                + "consumption_wh=720000.0,eur_import=72.0,eur_export=18.0,eur_saved=90.0 \(first)"
        )
        lines.append(
            "event,site=maison,kind=voltage title=\"Tension basse\",text=\"201,5 V sur la phase 1\" \(now - 43_200)"
        )
        return lines
    }
}
