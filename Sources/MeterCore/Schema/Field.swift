/// A field of the schema: one name means one thing, in one unit, wherever it stands.
///
/// `Kind` says which measurement has which fields, and the type of each. Users may name more fields of their own.
public enum Field: String, Sendable, Hashable, Codable, CodingKeyRepresentable, CaseIterable {
    // Registers: they only grow.
    case wh
    case whIn = "wh_in"
    case whOut = "wh_out"
    case whCharge = "wh_charge"
    case whDischarge = "wh_discharge"
    case value
    case count

    // Electricity, of a moment.
    case w, va, `var`, v, a, hz, pf
    case vaIn = "va_in"
    case vaOut = "va_out"
    case vAvg = "v_avg"
    case i
    case vdc1, adc1, vdc2, adc2
    case risoMohm = "riso_mohm"

    // A Linky's.
    case ntarf
    case prefVA = "pref_va"
    case pcoupVA = "pcoup_va"
    case smaxVA = "smax_va"
    case smaxPrevVA = "smax_prev_va"
    case wCCASN = "w_ccasn"
    case wCCAIN = "w_ccain"
    case varhQ1 = "varh_q1"
    case varhQ2 = "varh_q2"
    case varhQ3 = "varh_q3"
    case varhQ4 = "varh_q4"
    case stge

    // A device's.
    case state, alarm, rejected, lost
    case socPercent = "soc_pct"
    case capacityWh = "capacity_wh"

    // Heat, water and weather.
    case tempC = "temp_c"
    case volumeM3 = "volume_m3"
    case flowM3h = "flow_m3h"
    case flowC = "flow_c"
    case returnC = "return_c"
    case deltaK = "delta_k"
    case cloudsPercent = "clouds_pct"
    case humidityPercent = "humidity_pct"
    case windMS = "wind_ms"
    case pressureHPa = "pressure_hpa"

    // The flows of the house.
    case productionW = "production_w"
    case importW = "import_w"
    case exportW = "export_w"
    case chargeW = "charge_w"
    case dischargeW = "discharge_w"
    case consumptionW = "consumption_w"

    // Its energies and euros.
    case importWh = "import_wh"
    case exportWh = "export_wh"
    case productionWh = "production_wh"
    case consumptionWh = "consumption_wh"
    case chargeWh = "charge_wh"
    case dischargeWh = "discharge_wh"
    case estimated
    case eur
    case eurImport = "eur_import"
    case eurExport = "eur_export"
    case eurSaved = "eur_saved"
    case eurSubscription = "eur_subscription"

    // Extremes.
    case vMin = "v_min"
    case vMax = "v_max"
    case vaMax = "va_max"
    case outS = "out_s"

    // The box and its sources.
    case frames
    case frameErrors = "frame_errors"
    case quarantined
    case queuePoints = "queue_points"
    case spoolBytes = "spool_bytes"
    case writeMs = "write_ms"
    case dropped
    case sdBytes = "sd_bytes"
    case cpuTempC = "cpu_temp_c"
    case load1
    case memUsedPercent = "mem_used_pct"
    case diskUsedPercent = "disk_used_pct"
    case dbBytes = "db_bytes"
    case uptimeS = "uptime_s"
    case ageS = "age_s"
    case lateS = "late_s"
    case reads, errors, reconnects
    case retained

    // Events and the site.
    case title, text, prm, name, lat, lon, contract
    case ticMode = "tic_mode"
    case prefKVA = "pref_kva"
    case phases, meter, tomorrow
    case stgeText = "stge_text"
}

extension Field {
    /// The quantity that it measures, where devices give it in several units; `nil` where there is nothing to convert.
    public var quantity: Quantity? {
        switch self {
        case .w: .power
        case .va: .apparentPower
        case .var: .reactivePower
        case .v, .vdc1, .vdc2: .voltage
        case .a, .adc1, .adc2: .current
        case .hz: .frequency
        case .pf: .ratio
        case .wh, .whIn, .whOut, .whCharge, .whDischarge: .energy
        case .tempC: .temperature
        case .risoMohm: .resistance
        default: nil
        }
    }
}
