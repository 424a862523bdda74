public import MeterNotation

extension Kind {
    /// The fields, in the order of the schema.
    public var columns: [Column] { Self.table[self]?.columns ?? [] }

    /// The tags besides `site`, which every point has.
    public var tags: [String] { Self.table[self]?.tags ?? [] }

    /// The rhythm in which points are written, in words: `10 s`, `quarter`.
    public var cadence: Phrase { Self.table[self]?.cadence ?? "" }

    /// The subject of the points, in a sentence.
    public var summary: Phrase { Self.table[self]?.summary ?? "" }

    private struct Description: Sendable {
        var summary: Phrase
        var tags: [String] = []
        var cadence: Phrase
        var columns: [Column]

        init(_ summary: Phrase, tags: [String] = [], every cadence: Phrase, _ columns: [Column]) {
            (self.summary, self.tags, self.cadence, self.columns) = (summary, tags, cadence, columns)
        }
    }

    /// A column of whole numbers, for ever.
    private static func integer(_ field: Field, _ unit: String, _ meaning: Phrase) -> Column {
        Column(field: field, type: .integer, unit: unit, meaning: meaning)
    }
    /// A column of floats, for ever.
    private static func float(_ field: Field, _ unit: String, _ meaning: Phrase) -> Column {
        Column(field: field, type: .float, unit: unit, meaning: meaning)
    }
    /// A column of texts, which have no unit.
    private static func text(_ field: Field, _ meaning: Phrase) -> Column {
        Column(field: field, type: .string, unit: "", meaning: meaning)
    }

    private static let table = ofMeters.merging(ofTheBox) { one, _ in one }.merging(ofSums) { one, _ in one }

    // MARK: - Readings of meters

    private static let ofMeters: [Kind: Description] = [
        .linky: Description(
            "The main values of a Linky.",
            tags: ["source"],
            every: "`every` (10 s)",
            [
                integer(.vaIn, "VA", "apparent power drawn: SINSTS, PAPP"),
                integer(.vaOut, "VA", "apparent power injected: SINSTI"),
                integer(.whIn, "Wh", "register drawn: EAST, or the sum of the registers of historique"),
                integer(.whOut, "Wh", "register injected: EAIT"),
                integer(.ntarf, "", "number of the supplier's register that counts now: NTARF, from PTEC"),
                integer(.prefVA, "VA", "subscribed power: PREF, from ISOUSC"),
                integer(.pcoupVA, "VA", "power at which the breaker opens: PCOUP"),
                integer(.smaxVA, "VA", "largest power drawn today: SMAXSN"),
                integer(.smaxPrevVA, "VA", "largest power drawn yesterday: SMAXSN-1"),
                integer(.wCCASN, "W", "mean power drawn in the last period of the load curve: CCASN"),
                integer(.wCCAIN, "W", "mean power injected in that period: CCAIN"),
                integer(.varhQ1, "varh", "reactive energy, quadrant 1: ERQ1"),
                integer(.varhQ2, "varh", "quadrant 2: ERQ2"),
                integer(.varhQ3, "varh", "quadrant 3: ERQ3"),
                integer(.varhQ4, "varh", "quadrant 4: ERQ4"),
                integer(.stge, "", "status register: STGE"),
            ]
        ),
        .phase: Description(
            "Each phase of a Linky.",
            tags: ["source", "phase"],
            every: "`every` (10 s)",
            [
                integer(.v, "V", "voltage of the moment: URMS1 to 3"),
                integer(.vAvg, "V", "mean voltage of ten minutes: UMOY1 to 3"),
                integer(.i, "A", "current: IRMS1 to 3, IINST"),
                integer(.va, "VA", "apparent power: SINSTS1 to 3, or SINSTS and PAPP with one phase"),
            ]
        ),
        .index: Description(
            "Each register of the tariff.",
            tags: ["source", "register"],
            every: "on change, at most 60 s; each quarter",
            [integer(.wh, "Wh", "register: BASE, HC, HP, HN, PM, HCJB … HPJR, F01 to F10, D01 to D04")]
        ),
        .production: Description(
            "Inverters, and meters and pulses of production.",
            tags: ["source", "kind", "device"],
            every: "`every` (10 s); an inverter's voltages, currents, frequency and temperature may come once a minute",
            [
                float(
                    .w,
                    "W",
                    "power at the alternating current; behind a `raw.ac_port` of the source, that of the panels"
                ),
                integer(.wh, "Wh", "register"),
                float(.v, "V", "voltage of the grid, mean of the phases"),
                float(.a, "A", "current into the grid"),
                float(.hz, "Hz", "frequency of the grid"),
                float(.vdc1, "V", "voltage of the first input"),
                float(.adc1, "A", "current of the first input"),
                float(.vdc2, "V", "voltage of the second input"),
                float(.adc2, "A", "current of the second input"),
                float(.tempC, "°C", "temperature of the inverter"),
                float(.risoMohm, "MΩ", "insulation of the panels"),
                integer(.state, "", "state, by the device's own number"),
                integer(.alarm, "", "alarm, by the device's own number"),
            ]
        ),
        .pulse: Description(
            "Meters that pulse.",
            tags: ["source", "role"],
            every: "on change, at least 10 s; each quarter",
            [
                integer(.count, "", "pulses"),
                float(.value, "kWh or m³", "what the meter's display shows"),
                float(.w, "W", "power, of electricity"),
                integer(.rejected, "", "edges that were no pulse"),
                integer(.lost, "", "edges that were lost"),
            ]
        ),
        .meter: Description(
            "Meters of a part of the house, of the grid, of water, gas and heat.",
            tags: ["source", "role", "phase", "device"],
            every: "`every`",
            [
                float(.w, "W", "power, positive when it is drawn"),
                float(.va, "VA", "apparent power"),
                float(.var, "var", "reactive power"),
                float(.v, "V", "voltage"),
                float(.a, "A", "current"),
                float(.hz, "Hz", "frequency"),
                float(.pf, "", "power factor, from -1 to 1"),
                integer(.whIn, "Wh", "register drawn"),
                integer(.whOut, "Wh", "register injected"),
                float(.value, "kWh or m³", "what the display of a heat, water or gas meter shows"),
                float(.volumeM3, "m³", "volume of a heat meter"),
                float(.flowM3h, "m³/h", "flow"),
                float(.flowC, "°C", "flow temperature"),
                float(.returnC, "°C", "return temperature"),
                float(.deltaK, "K", "difference of the two"),
            ]
        ),
        .battery: Description(
            "Batteries at the house's alternating current, or behind the `raw.ac_port` of their source.",
            tags: ["source", "device"],
            every: "`every` (10 s); capacity and temperature may come once a minute",
            [
                float(.w, "W", "power, positive while it gives, negative while it is charged"),
                float(.socPercent, "%", "state of charge"),
                integer(.whCharge, "Wh", "register of what it took"),
                integer(.whDischarge, "Wh", "register of what it gave"),
                float(.capacityWh, "Wh", "capacity"),
                integer(.state, "", "state, by the device's own number"),
                float(.tempC, "°C", "temperature"),
            ]
        ),
        .acPort: Description(
            """
            Hybrid inverters where they meet the house: the panels and the battery of the same source are behind it. \
            Without registers of both directions here what panels and battery count is taken for it, and the house seems \
            to use the losses; `wh_out` alone is enough where no battery counts. `loss_wh` needs all registers.
            """,
            tags: ["source", "device"],
            every: "`every` (10 s); voltage, current, frequency and temperature may come once a minute",
            [
                float(.w, "W", "power, positive while it gives to the house, negative while it takes"),
                integer(.whOut, "Wh", "register of what it gave"),
                integer(.whIn, "Wh", "register of what it took"),
                float(.v, "V", "voltage of the grid, mean of the phases"),
                float(.a, "A", "current"),
                float(.hz, "Hz", "frequency of the grid"),
                float(.tempC, "°C", "temperature of the inverter"),
                integer(.state, "", "state, by the device's own number"),
            ]
        ),
        .temperature: Description(
            "Thermometers.",
            tags: ["source"],
            every: "`every` (30 s)",
            [float(.tempC, "°C", "temperature")]
        ),
        .weather: Description(
            "The weather of a service or a station.",
            tags: ["source"],
            every: "10 min",
            [
                float(.tempC, "°C", "temperature"),
                float(.cloudsPercent, "%", "clouds"),
                float(.humidityPercent, "%", "humidity"),
                float(.windMS, "m/s", "wind"),
                float(.pressureHPa, "hPa", "pressure"),
            ]
        ),
    ]

    // MARK: - The box

    private static let ofTheBox: [Kind: Description] = [
        .flow: Description(
            "What flows in the house in a slot of ten seconds; what is not known is left out.",
            every: "10 s",
            [
                float(.productionW, "W", "what is produced; by the panels of a hybrid inverter, before its losses"),
                float(.importW, "W", "what is drawn from the grid"),
                float(.exportW, "W", "what is injected into it"),
                float(.consumptionW, "W", "what the house uses"),
                float(.chargeW, "W", "what batteries take"),
                float(.dischargeW, "W", "what batteries give"),
                float(.socPercent, "%", "state of charge, of a house with one battery"),
                float(.lossW, "W", "what hybrid inverters lose between panels, battery and house"),
            ]
        ),
        .box: Description(
            "How the box does.",
            every: "60 s",
            [
                integer(.frames, "", "readings since the first start"),
                integer(.frameErrors, "", "readings or parts of them that could not be used"),
                integer(.quarantined, "", "readings held because they cannot be true"),
                integer(.queuePoints, "", "points that wait for InfluxDB"),
                integer(.spoolBytes, "B", "bytes that wait on the card"),
                float(.writeMs, "ms", "time of the last write"),
                integer(.dropped, "", "points that were lost"),
                integer(.sdBytes, "B", "bytes written to the card since the machine's start"),
                float(.cpuTempC, "°C", "temperature of the processor"),
                float(.load1, "", "load of the last minute"),
                float(.memUsedPercent, "%", "memory in use"),
                float(.diskUsedPercent, "%", "disk in use"),
                integer(.diskReadOnly, "", "1 while the disk with the box's state takes nothing more, else 0"),
                integer(.diskErrors, "", "errors that the kernel found in its file system, where that is ext4"),
                integer(
                    .cardUsedPercent,
                    "%",
                    "used part of the card's life, in tens, 110 beyond its end; where the card tells, as eMMC does"
                ),
                integer(
                    .cardReserve,
                    "",
                    "the card's reserve of good blocks: 1 well, 2 low, 3 used up; where the card tells"
                ),
                integer(.dbBytes, "B", "size of the database, when it is on this machine"),
                integer(.uptimeS, "s", "time since the machine's start"),
                integer(
                    .clock,
                    "",
                    "what confirms the clock: 2 the network, a meter or a battery; 1 nothing; 0 nothing, and somebody set it"
                ),
                integer(.machine, "", "number that the machine is known again by; two of them: a copied card"),
            ]
        ),
        .source: Description(
            "How each source does.",
            tags: ["source"],
            every: "60 s",
            [
                float(.ageS, "s", "age of the last reading"),
                float(.lateS, "s", "how much later than usual it is"),
                integer(.reads, "", "readings since the first start"),
                integer(.errors, "", "readings that failed"),
                integer(.reconnects, "", "how often the device was opened again"),
                text(.state, "starting, reading, waiting, asleep or stopped"),
            ]
        ),
    ]

    // MARK: - Sums

    private static let energies = [
        float(.importWh, "Wh", "drawn from the grid"),
        float(.exportWh, "Wh", "injected into it"),
        float(.productionWh, "Wh", "produced; by the panels of a hybrid inverter, before its losses"),
        float(.consumptionWh, "Wh", "used by the house"),
    ]
    private static let batteries = [
        float(.chargeWh, "Wh", "taken by batteries"),
        float(.dischargeWh, "Wh", "given by batteries"),
        float(
            .lossWh,
            "Wh",
            "lost by hybrid inverters; a register's step may make it negative"
        ),
        float(.restWh, "Wh", "used and counted by no meter of a consumer, where there are such meters"),
    ]
    private static let totals =
        energies + [
            float(.eurImport, "€", "price of what was drawn"),
            float(.eurExport, "€", "price of what was injected"),
            float(.eurSaved, "€", "price of what was produced and used"),
            float(.eurSubscription, "€", "share of the subscription"),
        ] + batteries

    private static let ofSums: [Kind: Description] = [
        .quarterEnergy: Description(
            "The energies of a quarter of an hour.",
            every: "quarter",
            energies
                + [
                    Column(
                        field: .estimated,
                        type: .boolean,
                        unit: "",
                        meaning: "whether a part is a share of a longer gap"
                    ),
                    Column(
                        field: .imported,
                        type: .boolean,
                        unit: "",
                        meaning: "true when it comes from a supplier's file, else absent"
                    ),
                    Column(
                        field: .doubtful,
                        type: .boolean,
                        unit: "",
                        meaning:
                            "of what is imported: whether its file doubts it, or it is far above the subscribed power"
                    ),
                ] + batteries
        ),
        .quarterTariff: Description(
            "What each register of the tariff counted; a day from a supplier's file is one point at its beginning, since no curve knows the minute at which a meter changes its register.",
            tags: ["register"],
            every: "quarter",
            [
                float(.wh, "Wh", "energy"), float(.eur, "€", "its price"),
                Column(
                    field: .estimated,
                    type: .boolean,
                    unit: "",
                    meaning:
                        "of what is imported: whether no register counted it, and the hours of the contract tell it from a curve"
                ),
            ]
        ),
        .quarterPhase: Description(
            "The extremes of each phase.",
            tags: ["source", "phase"],
            every: "quarter",
            [
                float(.vMin, "V", "lowest voltage"), float(.vMax, "V", "highest voltage"),
                float(.vAvg, "V", "mean voltage"), float(.vaMax, "VA", "largest apparent power"),
            ]
        ),
        .quarterPower: Description(
            "The largest power drawn, beside what is subscribed.",
            every: "quarter",
            [float(.vaMax, "VA", "largest apparent power"), float(.prefVA, "VA", "subscribed power")]
        ),
        .quarterMeter: Description(
            "What each meter but the Linky counted.",
            tags: ["source", "role", "device"],
            every: "quarter",
            [
                float(.value, "Wh, m³ or kWh", "Wh of electricity, m³ of water and gas, kWh of heat and cold"),
                float(.count, "", "pulses"),
                float(.wh, "Wh", "energy of gas, with the kWh in a m³ of `[gas.NAME]`"),
                float(.eur, "€", "price of gas, where `[gas.NAME]` has one"),
            ]
        ),
        .hourly: Description(
            "The energies of a local hour, by its number in the day.",
            tags: ["hour"],
            every: "hour",
            energies + batteries
        ),
        .dayEnergy: Description(
            "The energies and euros of a local day.",
            every: "local midnight, kept current",
            totals
        ),
        .monthEnergy: Description(
            "The energies and euros of a local month.",
            every: "the 1st at local midnight, kept current",
            totals
        ),
        .dayPhase: Description(
            "The extremes of each phase in a local day.",
            tags: ["phase"],
            every: "local midnight",
            [
                float(.vMin, "V", "lowest voltage"), float(.vMax, "V", "highest voltage"),
                float(.outS, "s", "time outside of what the network must deliver, 207 to 253 V"),
            ]
        ),
        .event: Description(
            "What the household may want to know.",
            tags: ["kind"],
            every: "when it happens",
            [text(.title, "title, in French"), text(.text, "sentence, in French")]
        ),
        .siteInfo: Description(
            "Facts about the place; numbers of persons by their last four digits.",
            every: "on change, once a day",
            [
                text(.prm, "delivery point"), text(.name, "name of the place"),
                float(.lat, "°", "degrees north"), float(.lon, "°", "degrees east"),
                text(.contract, "contract"), text(.ticMode, "historique or standard"),
                float(.prefKVA, "kVA", "subscribed power"), integer(.phases, "", "phases"),
                text(.meter, "serial number of the meter"), text(.tomorrow, "colour of tomorrow"),
                text(.stgeText, "status register in words"),
            ]
                + Field.registerNames.enumerated().map { place, field in
                    text(
                        field,
                        "name of the register \(SupplierRegister.name(place + 1)) in mode standard: NGTF, LTARF"
                    )
                }
        ),
        .register: Description(
            "The register that can be checked, where [register] is configured; see REGISTER.md.",
            tags: ["chain", "kind"],
            every: "quarter",
            [integer(.n, "", "number of the record"), text(.line, "the whole record, with its signature")]
        ),
    ]
}
