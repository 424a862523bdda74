extension TICLabel {
    /// The documents' words on one label.
    struct Definition: Sendable {
        /// The label that the line is of.
        let label: TICLabel
        /// The name on the wire.
        let name: String
        /// The characters of the data.
        let kind: Kind
        /// The exact number of characters of the data.
        let length: Int
        /// The unit of the data, which is not on the wire.
        let unit: String?
        /// True when a date stands between the label and the data.
        let hasHorodate: Bool
        /// The meaning in a few words of English.
        let meaning: String

        init(
            _ label: TICLabel,
            _ name: String,
            _ kind: Kind,
            _ length: Int,
            _ unit: String?,
            dated: Bool = false,
            _ meaning: String
        ) {
            self.label = label
            self.name = name
            self.kind = kind
            self.length = length
            self.unit = unit
            self.hasHorodate = dated
            self.meaning = meaning
        }
    }

    /// The names that Linkys of the first generation (`VTIC` 01) have for some labels.
    ///
    /// Their `SINST1` is the power of the only phase, as of the first of three.
    static let olderNames: [(name: String, label: TICLabel)] = [
        ("SINST1", .sinsts1), ("SINST2", .sinsts2), ("SINST3", .sinsts3), ("SMAXN", .smaxsn), ("SMAXN1", .smaxsn1),
        ("SMAXN2", .smaxsn2), ("SMAXN3", .smaxsn3), ("SMAXN-1", .smaxsnYesterday), ("SMAXN1-1", .smaxsn1Yesterday),
        ("SMAXN2-1", .smaxsn2Yesterday), ("SMAXN3-1", .smaxsn3Yesterday),
    ]

    /// Every label in the order of emission: name, kind, length, unit, meaning.
    ///
    /// Enedis-NOI-CPT_54E §5 (historique) and §6 (standard), Enedis-NOI-CPT_02E for the older meters. The lengths are
    /// exact: the documents, the meters' guides and the captures agree on every one. Values which merely look numeric
    /// but are identifiers (addresses, PRM, VTIC) are text, so that leading zeros stay.
    static let table: [Definition] = [
        // Historique.
        Definition(.adir1, "ADIR1", .integer, 3, "A", "phase 1 exceeds the subscribed current: short frame"),
        Definition(.adir2, "ADIR2", .integer, 3, "A", "phase 2 exceeds the subscribed current: short frame"),
        Definition(.adir3, "ADIR3", .integer, 3, "A", "phase 3 exceeds the subscribed current: short frame"),
        Definition(.adco, "ADCO", .text, 12, nil, "address of the meter"),
        Definition(.optarif, "OPTARIF", .text, 4, nil, "tariff option: BASE, HC.., EJP., BBRx"),
        Definition(.isousc, "ISOUSC", .integer, 2, "A", "subscribed current"),
        Definition(.base, "BASE", .integer, 9, "Wh", "index, option Base (or the total of a Linky)"),
        Definition(.hchc, "HCHC", .integer, 9, "Wh", "index off-peak"),
        Definition(.hchp, "HCHP", .integer, 9, "Wh", "index peak"),
        Definition(.ejphn, "EJPHN", .integer, 9, "Wh", "index EJP, normal hours"),
        Definition(.ejphpm, "EJPHPM", .integer, 9, "Wh", "index EJP, mobile peak"),
        Definition(.bbrhcjb, "BBRHCJB", .integer, 9, "Wh", "index Tempo, blue off-peak"),
        Definition(.bbrhpjb, "BBRHPJB", .integer, 9, "Wh", "index Tempo, blue peak"),
        Definition(.bbrhcjw, "BBRHCJW", .integer, 9, "Wh", "index Tempo, white off-peak"),
        Definition(.bbrhpjw, "BBRHPJW", .integer, 9, "Wh", "index Tempo, white peak"),
        Definition(.bbrhcjr, "BBRHCJR", .integer, 9, "Wh", "index Tempo, red off-peak"),
        Definition(.bbrhpjr, "BBRHPJR", .integer, 9, "Wh", "index Tempo, red peak"),
        Definition(.pejp, "PEJP", .integer, 2, "min", "notice of an EJP peak"),
        Definition(.ptec, "PTEC", .text, 4, nil, "period in course: TH.., HC.., HP.., HCJB..."),
        Definition(.demain, "DEMAIN", .text, 4, nil, "Tempo colour of tomorrow; ---- (or ____) if unknown"),
        Definition(.iinst, "IINST", .integer, 3, "A", "current"),
        Definition(.iinst1, "IINST1", .integer, 3, "A", "current, phase 1"),
        Definition(.iinst2, "IINST2", .integer, 3, "A", "current, phase 2"),
        Definition(.iinst3, "IINST3", .integer, 3, "A", "current, phase 3"),
        Definition(.adps, "ADPS", .integer, 3, "A", "the current exceeds the subscription; out of order"),
        Definition(.imax, "IMAX", .integer, 3, "A", "largest current; constant 90 on a Linky"),
        Definition(.imax1, "IMAX1", .integer, 3, "A", "largest current, phase 1; constant 60 on a Linky"),
        Definition(.imax2, "IMAX2", .integer, 3, "A", "largest current, phase 2"),
        Definition(.imax3, "IMAX3", .integer, 3, "A", "largest current, phase 3"),
        Definition(.pmax, "PMAX", .integer, 5, "W", "largest power; VA of yesterday on a Linky"),
        Definition(.papp, "PAPP", .integer, 5, "VA", "apparent power drawn, to 10 VA"),
        Definition(.hhphc, "HHPHC", .text, 1, nil, "hour group: A, C, D, E, Y; old meters also 1-9, X"),
        Definition(.motdetat, "MOTDETAT", .text, 6, nil, "status word; 000000 on a Linky"),
        Definition(.ppot, "PPOT", .hex, 2, nil, "phases missing; bit n stands for phase n"),

        // Standard.
        Definition(.adsc, "ADSC", .text, 12, nil, "address of the meter"),
        Definition(.vtic, "VTIC", .text, 2, nil, "version of the TIC"),
        Definition(.date, "DATE", .horodate, 0, nil, dated: true, "clock of the meter"),
        Definition(.ngtf, "NGTF", .text, 16, nil, "name of the supplier's calendar"),
        Definition(.ltarf, "LTARF", .text, 16, nil, "name of the tariff in course"),
        Definition(.east, "EAST", .integer, 9, "Wh", "energy drawn, total: soutirage"),
        Definition(.easf01, "EASF01", .integer, 9, "Wh", "energy drawn, supplier's index 1"),
        Definition(.easf02, "EASF02", .integer, 9, "Wh", "energy drawn, supplier's index 2"),
        Definition(.easf03, "EASF03", .integer, 9, "Wh", "energy drawn, supplier's index 3"),
        Definition(.easf04, "EASF04", .integer, 9, "Wh", "energy drawn, supplier's index 4"),
        Definition(.easf05, "EASF05", .integer, 9, "Wh", "energy drawn, supplier's index 5"),
        Definition(.easf06, "EASF06", .integer, 9, "Wh", "energy drawn, supplier's index 6"),
        Definition(.easf07, "EASF07", .integer, 9, "Wh", "energy drawn, supplier's index 7"),
        Definition(.easf08, "EASF08", .integer, 9, "Wh", "energy drawn, supplier's index 8"),
        Definition(.easf09, "EASF09", .integer, 9, "Wh", "energy drawn, supplier's index 9"),
        Definition(.easf10, "EASF10", .integer, 9, "Wh", "energy drawn, supplier's index 10"),
        Definition(.easd01, "EASD01", .integer, 9, "Wh", "energy drawn, distributor's index 1"),
        Definition(.easd02, "EASD02", .integer, 9, "Wh", "energy drawn, distributor's index 2"),
        Definition(.easd03, "EASD03", .integer, 9, "Wh", "energy drawn, distributor's index 3"),
        Definition(.easd04, "EASD04", .integer, 9, "Wh", "energy drawn, distributor's index 4"),
        Definition(.eait, "EAIT", .integer, 9, "Wh", "energy injected, total: injection"),
        Definition(.erq1, "ERQ1", .integer, 9, "VArh", "reactive energy, quadrant 1"),
        Definition(.erq2, "ERQ2", .integer, 9, "VArh", "reactive energy, quadrant 2"),
        Definition(.erq3, "ERQ3", .integer, 9, "VArh", "reactive energy, quadrant 3"),
        Definition(.erq4, "ERQ4", .integer, 9, "VArh", "reactive energy, quadrant 4"),
        Definition(.irms1, "IRMS1", .integer, 3, "A", "current, phase 1"),
        Definition(.irms2, "IRMS2", .integer, 3, "A", "current, phase 2"),
        Definition(.irms3, "IRMS3", .integer, 3, "A", "current, phase 3"),
        Definition(.urms1, "URMS1", .integer, 3, "V", "voltage, phase 1"),
        Definition(.urms2, "URMS2", .integer, 3, "V", "voltage, phase 2"),
        Definition(.urms3, "URMS3", .integer, 3, "V", "voltage, phase 3"),
        Definition(.pref, "PREF", .integer, 2, "kVA", "power of reference: the subscription"),
        Definition(.pcoup, "PCOUP", .integer, 2, "kVA", "power at which the meter cuts off"),
        Definition(.sinsts, "SINSTS", .integer, 5, "VA", "apparent power drawn"),
        Definition(.sinsts1, "SINSTS1", .integer, 5, "VA", "apparent power drawn, phase 1"),
        Definition(.sinsts2, "SINSTS2", .integer, 5, "VA", "apparent power drawn, phase 2"),
        Definition(.sinsts3, "SINSTS3", .integer, 5, "VA", "apparent power drawn, phase 3"),
        Definition(.smaxsn, "SMAXSN", .integer, 5, "VA", dated: true, "largest power drawn today"),
        Definition(.smaxsn1, "SMAXSN1", .integer, 5, "VA", dated: true, "largest power drawn today, phase 1"),
        Definition(.smaxsn2, "SMAXSN2", .integer, 5, "VA", dated: true, "largest power drawn today, phase 2"),
        Definition(.smaxsn3, "SMAXSN3", .integer, 5, "VA", dated: true, "largest power drawn today, phase 3"),
        Definition(.smaxsnYesterday, "SMAXSN-1", .integer, 5, "VA", dated: true, "largest power drawn yesterday"),
        Definition(.smaxsn1Yesterday, "SMAXSN1-1", .integer, 5, "VA", dated: true, "largest drawn yesterday, phase 1"),
        Definition(.smaxsn2Yesterday, "SMAXSN2-1", .integer, 5, "VA", dated: true, "largest drawn yesterday, phase 2"),
        Definition(.smaxsn3Yesterday, "SMAXSN3-1", .integer, 5, "VA", dated: true, "largest drawn yesterday, phase 3"),
        Definition(.sinsti, "SINSTI", .integer, 5, "VA", "apparent power injected"),
        Definition(.smaxin, "SMAXIN", .integer, 5, "VA", dated: true, "largest power injected today"),
        Definition(.smaxinYesterday, "SMAXIN-1", .integer, 5, "VA", dated: true, "largest power injected yesterday"),
        Definition(.ccasn, "CCASN", .integer, 5, "W", dated: true, "load curve, drawn: the last step"),
        Definition(.ccasnPrevious, "CCASN-1", .integer, 5, "W", dated: true, "load curve, drawn: the step before"),
        Definition(.ccain, "CCAIN", .integer, 5, "W", dated: true, "load curve, injected: the last step"),
        Definition(.ccainPrevious, "CCAIN-1", .integer, 5, "W", dated: true, "load curve, injected: the step before"),
        Definition(.umoy1, "UMOY1", .integer, 3, "V", dated: true, "mean voltage over 10 min, phase 1"),
        Definition(.umoy2, "UMOY2", .integer, 3, "V", dated: true, "mean voltage over 10 min, phase 2"),
        Definition(.umoy3, "UMOY3", .integer, 3, "V", dated: true, "mean voltage over 10 min, phase 3"),
        Definition(.stge, "STGE", .hex, 8, nil, "status register"),
        Definition(.dpm1, "DPM1", .text, 2, nil, dated: true, "mobile peak 1 begins at the horodate"),
        Definition(.fpm1, "FPM1", .text, 2, nil, dated: true, "mobile peak 1 ends at the horodate"),
        Definition(.dpm2, "DPM2", .text, 2, nil, dated: true, "mobile peak 2 begins at the horodate"),
        Definition(.fpm2, "FPM2", .text, 2, nil, dated: true, "mobile peak 2 ends at the horodate"),
        Definition(.dpm3, "DPM3", .text, 2, nil, dated: true, "mobile peak 3 begins at the horodate"),
        Definition(.fpm3, "FPM3", .text, 2, nil, dated: true, "mobile peak 3 ends at the horodate"),
        Definition(.msg1, "MSG1", .text, 32, nil, "short message"),
        Definition(.msg2, "MSG2", .text, 16, nil, "very short message, in one frame only"),
        Definition(.prm, "PRM", .text, 14, nil, "point of delivery: personal data"),
        Definition(.relais, "RELAIS", .integer, 3, nil, "relays 1...8 as bits 0...7; 1 is closed"),
        Definition(.ntarf, "NTARF", .integer, 2, nil, "number of the supplier's index in course"),
        Definition(.njourf, "NJOURF", .integer, 2, nil, "number of the day profile, today"),
        Definition(.njourfNext, "NJOURF+1", .integer, 2, nil, "day profile number, tomorrow"),
        Definition(.pjourfNext, "PJOURF+1", .text, 98, nil, "day profile of tomorrow"),
        Definition(.ppointe, "PPOINTE", .text, 98, nil, "day profile of a mobile peak"),
    ]
}
