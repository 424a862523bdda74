/// A field of the schema: one name means one thing, in one unit, wherever it stands.
///
/// `Kind` says which measurement has which fields, and the type of each. Users may name more fields of their own.
public enum Field: String, Sendable, Hashable, Codable, CodingKeyRepresentable, CaseIterable {
    // Registers: they only grow.
    /// Energy in Wh, of a register with one direction or of a quarter.
    case wh
    /// Imported energy in Wh: the count of a meter for its role.
    case whIn = "wh_in"
    /// Exported energy in Wh.
    case whOut = "wh_out"
    /// Energy that batteries took, in Wh.
    case whCharge = "wh_charge"
    /// Energy that batteries gave, in Wh.
    case whDischarge = "wh_discharge"
    /// The display of a meter, in kWh or m³ by its role; in sums, electricity stands in Wh.
    case value
    /// Pulses, as a register that only grows.
    case count

    // Electricity, of a moment.
    /// Power in W, VA and var, voltage in V, current in A, frequency in Hz, and the power factor from -1 to 1.
    case w, va, `var`, v, a, hz, pf
    /// Apparent power imported, in VA.
    case vaIn = "va_in"
    /// Apparent power exported, in VA.
    case vaOut = "va_out"
    /// Mean voltage in V: of ten minutes in a Linky's readings, of the quarter in its sums.
    case vAvg = "v_avg"
    /// Current of a phase in whole amperes, as a Linky tells it.
    case i
    /// Voltage in V and current in A of an inverter's inputs.
    case vdc1, adc1, vdc2, adc2
    /// Insulation of the panels against the ground, in MΩ.
    case risoMohm = "riso_mohm"

    // A Linky's.
    /// Number of the supplier's register that counts now, from 1 (NTARF).
    case ntarf
    /// Subscribed power in VA (PREF is in kVA on the line).
    case prefVA = "pref_va"
    /// Power in VA at which the breaker opens (PCOUP).
    case pcoupVA = "pcoup_va"
    /// Largest apparent power of today, in VA (SMAXSN).
    case smaxVA = "smax_va"
    /// Largest apparent power of yesterday, in VA (SMAXSN-1).
    case smaxPrevVA = "smax_prev_va"
    /// Mean imported power in W of the load curve's last period (CCASN).
    case wCCASN = "w_ccasn"
    /// Mean exported power in W of the load curve's last period (CCAIN).
    case wCCAIN = "w_ccain"
    /// Reactive energy in varh by quadrant (ERQ1 to ERQ4).
    case varhQ1 = "varh_q1"
    case varhQ2 = "varh_q2"
    case varhQ3 = "varh_q3"
    case varhQ4 = "varh_q4"
    /// Status register, 32 bits (STGE).
    case stge

    /// Number of a record of the register.
    case n
    /// The whole line of a record of the register.
    case line

    // A device's.
    /// A device's own numbers of its state and its alarm; pulses rejected and lost.
    case state, alarm, rejected, lost
    /// State of charge, from 0 to 100 %.
    case socPercent = "soc_pct"
    /// Capacity of a battery in Wh.
    case capacityWh = "capacity_wh"

    // Heat, water and weather.
    /// Temperature in °C.
    case tempC = "temp_c"
    /// Volume in m³ that went through a heat meter.
    case volumeM3 = "volume_m3"
    /// Flow in m³/h.
    case flowM3h = "flow_m3h"
    /// Temperature of the water to the house, in °C.
    case flowC = "flow_c"
    /// Temperature of the water that comes back, in °C.
    case returnC = "return_c"
    /// Difference of the two, in K.
    case deltaK = "delta_k"
    /// Clouds, from 0 to 100 % of the sky.
    case cloudsPercent = "clouds_pct"
    /// Relative humidity, from 0 to 100 %.
    case humidityPercent = "humidity_pct"
    /// Wind in m/s.
    case windMS = "wind_ms"
    /// Pressure of the air in hPa.
    case pressureHPa = "pressure_hpa"

    // The flows of the house.
    /// Power of each flow of the house in W.
    case productionW = "production_w"
    case importW = "import_w"
    case exportW = "export_w"
    case chargeW = "charge_w"
    case dischargeW = "discharge_w"
    case consumptionW = "consumption_w"
    /// Power in W that hybrid inverters lose between panels, battery and house.
    case lossW = "loss_w"

    // Its energies and euros.
    /// Energy of each flow in Wh, in a quarter, an hour, a day or a month.
    case importWh = "import_wh"
    case exportWh = "export_wh"
    case productionWh = "production_wh"
    case consumptionWh = "consumption_wh"
    case chargeWh = "charge_wh"
    case dischargeWh = "discharge_wh"
    /// Energy in Wh that hybrid inverters lost.
    case lossWh = "loss_wh"
    /// Energy in Wh that the house used and no meter of a consumer counted.
    case restWh = "rest_wh"
    /// True when a part of a quarter is a share of a longer gap.
    case estimated
    /// True when a quarter comes from a supplier's file.
    case imported
    /// True when a value from a supplier's file is in doubt.
    case doubtful
    /// Price of the energy in €, with taxes.
    case eur
    case eurImport = "eur_import"
    case eurExport = "eur_export"
    /// Price in € of energy that was produced and used in the house.
    case eurSaved = "eur_saved"
    /// Share of the subscription in €.
    case eurSubscription = "eur_subscription"

    // Extremes.
    /// Lowest and highest voltage in V.
    case vMin = "v_min"
    case vMax = "v_max"
    /// Largest apparent power in VA.
    case vaMax = "va_max"
    /// Seconds outside of the voltages that the network must deliver.
    case outS = "out_s"

    // The box and its sources.
    /// Readings since the first start of the program.
    case frames
    case frameErrors = "frame_errors"
    case quarantined
    /// Points that wait for InfluxDB.
    case queuePoints = "queue_points"
    /// Bytes that wait on the card.
    case spoolBytes = "spool_bytes"
    /// Duration of the last write, in ms.
    case writeMs = "write_ms"
    case dropped
    /// Bytes written to the card since the machine's start.
    case sdBytes = "sd_bytes"
    /// Temperature of the processor in °C.
    case cpuTempC = "cpu_temp_c"
    /// Load of the last minute, as `uptime` tells it.
    case load1
    /// Memory and disk in use, from 0 to 100 %.
    case memUsedPercent = "mem_used_pct"
    case diskUsedPercent = "disk_used_pct"
    case diskReadOnly = "disk_read_only"
    /// Errors that the kernel found in the file system.
    case diskErrors = "disk_errors"
    /// The used part of a card's life by its own word, and its reserve of good blocks.
    case cardUsedPercent = "card_used_pct"
    case cardReserve = "card_reserve"
    /// Size of the database in bytes, when it is on this machine.
    case dbBytes = "db_bytes"
    /// Seconds since the machine's start.
    case uptimeS = "uptime_s"
    /// What keeps the box's clock: 2 the network, a meter or a battery; 1 nothing; 0 somebody set it, and nothing confirms it.
    case clock
    /// A number of 32 bits that the machine is known again by.
    case machine
    /// Age of a source's last reading in seconds, and by how many it is later than usual.
    case ageS = "age_s"
    case lateS = "late_s"
    case reads, errors, reconnects
    case retained

    // Events and the site.
    /// Texts of events, and facts about the place.
    case title, text, prm, name, lat, lon, contract
    /// Mode of the TIC: `historique` or `standard`.
    case ticMode = "tic_mode"
    /// Subscribed power in kVA.
    case prefKVA = "pref_kva"
    /// Number of phases, serial number of the meter, and tomorrow's colour of Tempo.
    case phases, meter, tomorrow
    /// The status register in words.
    case stgeText = "stge_text"
    /// The names of the supplier's registers F01 to F10 in mode standard, in the household's words.
    case f01, f02, f03, f04, f05, f06, f07, f08, f09, f10

    /// The name of each of the supplier's registers, in their order.
    static let registerNames: [Field] = [.f01, .f02, .f03, .f04, .f05, .f06, .f07, .f08, .f09, .f10]
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
