import MeterNotation

extension HouseState {
    /// The groups of a standard frame, in the order of Enedis-NOI-CPT_54E.
    ///
    /// All ten supplier registers are sent, 0 when they are not used. The load curve is missing until its first half
    /// hour is whole, and export's labels where the meter is no producer's.
    var standardGroups: [TICGroup] {
        var groups: [TICGroup] = []
        func add(_ label: String, _ data: String, _ horodate: String? = nil) {
            groups.append(TICGroup(label: label, horodate: horodate, data: data))
        }
        let isThreePhase = phases.count == 3
        let drawn = isExporting ? 0 : apparentVA
        add("ADSC", options.serial)
        add("VTIC", "02")
        add("DATE", "", horodate)
        let calendar = ["      BASE      ", "H PLEINE/CREUSE ", "     TEMPO      "]
        add("NGTF", calendar[options.tariff == .base ? 0 : options.tariff == .hphc ? 1 : 2])
        add("LTARF", tariffName)
        add("EAST", padded(importWh, 9))
        for index in 1...10 {
            add("EASF" + padded(Int64(index), 2), padded(index <= registers.count ? registers[index - 1] : 0, 9))
        }
        for index in 1...4 { add("EASD0\(index)", padded(index == 1 ? importWh : 0, 9)) }
        if options.isProducer {
            add("EAIT", padded(exportWh, 9))
            for quadrant in 1...4 { add("ERQ\(quadrant)", padded(importWh / Int64(10 * quadrant), 9)) }
        }
        for (index, phase) in phases.enumerated() { add("IRMS\(index + 1)", padded(phase.amps, 3)) }
        for (index, phase) in phases.enumerated() { add("URMS\(index + 1)", padded(phase.volts, 3)) }
        add("PREF", padded(options.subscribedKVA, 2))
        add("PCOUP", padded(options.subscribedKVA, 2))
        add("SINSTS", padded(drawn, 5))
        if isThreePhase {
            for (index, phase) in phases.enumerated() {
                add("SINSTS\(index + 1)", padded(isExporting ? 0 : phase.va, 5))
            }
        }
        add("SMAXSN", padded(highest.0, 5), highest.1)
        if isThreePhase { for index in 1...3 { add("SMAXSN\(index)", padded(highest.0 / 3, 5), highest.1) } }
        add("SMAXSN-1", padded(highestYesterday.0, 5), highestYesterday.1)
        if isThreePhase {
            for index in 1...3 { add("SMAXSN\(index)-1", padded(highestYesterday.0 / 3, 5), highestYesterday.1) }
        }
        if options.isProducer {
            add("SINSTI", padded(isExporting ? apparentVA : 0, 5))
            add("SMAXIN", padded(Int64(options.peakWatts) / 2, 5), highest.1)
            add("SMAXIN-1", padded(Int64(options.peakWatts) / 2, 5), highestYesterday.1)
        }
        if let watts = curve.0 { add("CCASN", padded(watts, 5), curve.1) }
        if let watts = curvePrevious.0 { add("CCASN-1", padded(watts, 5), curvePrevious.1) }
        if options.isProducer {
            if curve.0 != nil { add("CCAIN", padded(0, 5), curve.1) }
            if curvePrevious.0 != nil { add("CCAIN-1", padded(0, 5), curvePrevious.1) }
        }
        for index in phases.indices {
            add("UMOY\(index + 1)", padded(meanVolts.0 ?? phases[index].volts, 3), meanVolts.1)
        }
        add("STGE", statusRegister.digits(8, radix: 16, uppercase: true))
        add("MSG1", "PAS DE          MESSAGE         ")
        add("PRM", options.prm)
        add("RELAIS", isOffPeak ? "001" : "000")
        add("NTARF", padded(Int64(supplierIndex), 2))
        add("NJOURF", "00")
        add("NJOURF+1", "00")
        add(
            "PJOURF+1",
            (["00004001", "06004002", "22004001"] + Array(repeating: "NONUTILE", count: 8)).joined(separator: " ")
        )
        return groups
    }

    /// The name of the tariff in course (`LTARF`), padded to 16 characters.
    private var tariffName: String {
        switch options.tariff {
        case .base: "      BASE      "
        case .hphc: isOffPeak ? "  HEURE  CREUSE " : "  HEURE  PLEINE "
        case .tempo: (isOffPeak ? "HC " : "HP ") + ["     ", "BLEU ", "BLANC", "ROUGE"][colourToday] + "        "
        }
    }

    /// The bits of `STGE` that this house knows of (Enedis-NOI-CPT_54E §6.2.4).
    ///
    /// Bit 7 tells that the subscription is exceeded, 8 a producer, 9 export; bits 10 to 13 are the supplier's index,
    /// 24 to 27 the Tempo colours. The constant ones say: standard mode, Euridis secured, power line registered.
    private var statusRegister: UInt32 {
        var bits: UInt32 = 0
        if apparentVA > options.subscribedKVA * 1000, !isExporting { bits |= 1 << 7 }
        if options.isProducer { bits |= 1 << 8 }
        if isExporting { bits |= 1 << 9 }
        bits |= UInt32(supplierIndex - 1) << 10
        bits |= 1 << 17 | 3 << 19 | 2 << 21 | 1 << 23
        bits |= UInt32(colourToday) << 24 | UInt32(colourTomorrow) << 26
        return bits
    }
}
