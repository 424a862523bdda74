/// A device with a web server or a broker as the facts about it say: its pages or messages, and what is made of them.
struct DocumentProfileCase: Sendable, CustomStringConvertible {
    var type: String
    var profile: String
    var settings = ""
    /// The pages by their names, or the messages by their topics.
    var pages: [(String, String)]
    /// The fields of each point, by its measurement.
    var expected: [String: String]
    /// What else it answers, such as at night, and what is made of that.
    var others: [(name: String, pages: [(String, String)], expected: [String: String])] = []

    var description: String { profile }

    static let all = enphase + hoymiles + web + broker

    // MARK: - Enphase

    private static let meters = #"""
        [{"eid":704643328,"state":"enabled","measurementType":"production","phaseMode":"split"},
        {"eid":704643584,"state":"enabled","measurementType":"net-consumption","phaseMode":"split"},
        {"eid":704643840,"state":"enabled","measurementType":"storage","phaseMode":"split"}]
        """#

    private static func readings(_ production: String, _ net: String, _ storage: String) -> String {
        // In another order than the list of meters, as a gateway may have them.
        "[\(net),\(storage),\(production)]"
    }

    private static func meter(_ eid: Int, _ watts: String, _ given: String, _ taken: String) -> String {
        #"{"eid":\#(eid),"activePower":\#(watts),"actEnergyDlvd":\#(given),"actEnergyRcvd":\#(taken),"freq":50.0}"#
    }

    private static let enphase =
        ["enphase-envoy", "enphase-envoy-6"].map { envoy($0) }
        + ["enphase-envoy-inverters", "enphase-envoy-inverters-6"].map { inverters($0) } + [
            DocumentProfileCase(
                type: "http",
                profile: "enphase-battery",
                settings: "host = \"h\"",
                pages: [
                    ("meters", meters),
                    (
                        "readings",
                        readings(
                            meter(704_643_328, "7131.0", "1", "0"),
                            meter(704_643_584, "1749.5", "2", "3"),
                            meter(704_643_840, "-7083.7", "222222.0", "333333.0")
                        )
                    ),
                    ("charge", #"{"agg_soc":62,"Enc_max_available_capacity":10500,"ENC_agg_avail_energy":6510}"#),
                ],
                expected: ["battery": "w=-7083.7,wh_discharge=222222i,wh_charge=333333i,soc_pct=62,capacity_wh=10500"]
            )
        ]

    /// A gateway with transformers, by the profile of its firmware.
    private static func envoy(_ profile: String) -> DocumentProfileCase {
        DocumentProfileCase(
            type: "http",
            profile: profile,
            settings: "host = \"h\"\ngrid = true",
            pages: [
                ("meters", meters),
                (
                    "readings",
                    readings(
                        meter(704_643_328, "7131.0", "3183793.885", "0.120"),
                        meter(704_643_584, "1749.5", "5855939.2", "4173334.6"),
                        meter(704_643_840, "-7083.7", "222222.0", "333333.0")
                    )
                ),
            ],
            expected: [
                "production,kind=inverter": "w=7131,wh=3183794i,hz=50",
                "meter,role=import": "w=1749.5,wh_in=5855939i,wh_out=4173335i",
            ],
            others: [
                (
                    name: "one transformer is switched off",
                    pages: [
                        ("meters", meters.replacing(#"4,"state":"enabled"#, with: #"4,"state":"disabled"#)),
                        (
                            "readings",
                            readings(
                                meter(704_643_328, "-1.5", "3183793.885", "0.1"),
                                meter(704_643_584, "0", "0", "0"),
                                meter(704_643_840, "0", "0", "0")
                            )
                        ),
                    ],
                    expected: ["production,kind=inverter": "w=-1.5,wh=3183794i,hz=50"]
                )
            ]
        )
    }

    /// A gateway without transformers.
    private static func inverters(_ profile: String) -> DocumentProfileCase {
        DocumentProfileCase(
            type: "http",
            profile: profile,
            settings: "host = \"h\"",
            pages: [
                (
                    "",
                    #"{"production":[{"type":"inverters","activeCount":12,"readingTime":1,"wNow":800,"whLifetime":2432970},"#
                        + #"{"type":"eim","activeCount":0,"whLifetime":5}],"consumption":[]}"#
                )
            ],
            expected: ["production,kind=inverter": "wh=2432970i"]
        )
    }

    // MARK: - Hoymiles

    private static func dtu(_ watts: String, _ total: String, _ signals: [Int]) -> String {
        let inverters = signals.map {
            #"{"serial":"1161","reachable":true,"data_age":3,"radio_stats":{"rssi":\#($0)}}"#
        }
        return #"{"inverters":[\#(inverters.joined(separator: ","))],"total":{"Power":{"v":\#(watts),"u":"W","d":1},"#
            + #""YieldDay":{"v":1234,"u":"Wh"},"YieldTotal":{"v":\#(total),"u":"kWh","d":3}},"hints":{"radio_problem":false}}"#
    }

    private static let hoymiles = [
        DocumentProfileCase(
            type: "http",
            profile: "opendtu",
            settings: "host = \"h\"",
            pages: [("", dtu("743.2", "1234.567", [-60, -72]))],
            expected: ["production,kind=inverter": "w=743.2,wh=1234567i"],
            others: [
                (
                    "a restart at night: no inverter was heard yet", [("", dtu("0", "0", [-127, -127]))],
                    ["production,kind=inverter": "w=0"]
                ),
                (
                    "a restart at noon: one inverter was not heard yet", [("", dtu("301", "600.1", [-60, -127]))],
                    ["production,kind=inverter": "w=301"]
                ),
                (
                    "firmware that renames a field",
                    [("", dtu("743.2", "1234.6", [-60]).replacing("YieldTotal", with: "TotalYield"))],
                    ["production,kind=inverter": "w=743.2"]
                ),
            ]
        ),
        DocumentProfileCase(
            type: "http",
            profile: "opendtu-inverter",
            settings: "host = \"h\"\nparameters = { serial = \"116181234567\" }",
            pages: [
                (
                    "",
                    #"{"inverters":[{"serial":"116181234567","reachable":true,"AC":{"0":{"Power":{"v":310.5},"#
                        + #""Voltage":{"v":231.2},"Current":{"v":1.34},"Frequency":{"v":49.98}}},"#
                        + #""INV":{"0":{"Temperature":{"v":28.4},"YieldTotal":{"v":456.789}}}}]}"#
                )
            ],
            expected: ["production,kind=inverter": "w=310.5,wh=456789i,v=231.2,a=1.34,hz=49.98,temp_c=28.4"]
        ),
        DocumentProfileCase(
            type: "http",
            profile: "ahoydtu",
            settings: "host = \"h\"",
            pages: [
                (
                    "",
                    #"{"id":0,"ch":[[231.2,1.34,310.5,49.98,1.0,28.4,456.789,1234,326.0],[31.2,5.1,160.0,620,228.4]]}"#
                )
            ],
            expected: ["production,kind=inverter": "w=310.5,wh=456789i,v=231.2,a=1.34,hz=49.98,temp_c=28.4"],
            others: [
                (
                    "unknown after a restart", [("", #"{"ch":[[0.0,0.0,0.0,0.0,0.0,0.0,0.0,0,0.0]]}"#)],
                    ["production,kind=inverter": "w=0,a=0"]
                )
            ]
        ),
    ]

    // MARK: - Other web servers

    private static func fronius(_ panels: String, _ battery: String) -> String {
        #"{"Body":{"Data":{"Inverters":{"1":{"Battery_Mode":"normal","DT":1,"P":-9.5,"SOC":71.2}},"Site":{"P_Akku":"#
            + #"\#(battery),"P_Grid":512.3,"P_Load":-494.1,"P_PV":\#(panels),"E_Total":null}}},"Head":{}}"#
    }

    private static func shelly(_ component: String, _ values: String, _ data: String) -> String {
        #"{"\#(component)":{\#(values)}\#(data),"sys":{"uptime":1}}"#
    }

    /// The page of a MSunPV with its values and its counters.
    private static func sunPV(_ values: String, _ counters: String) -> String {
        "<xml><paramSys>MS_PV2_2d;1234</paramSys><inAns>\(values);0;0</inAns><cptVals>\(counters);0</cptVals></xml>"
    }

    private static let web =
        [
            DocumentProfileCase(
                type: "http",
                profile: "apsystems-ez1",
                settings: "host = \"h\"",
                pages: [
                    (
                        "",
                        #"{"data":{"p1":181,"e1":0.28731,"te1":42.46113,"p2":182,"e2":0.42653,"te2":43.66475},"#
                            + #""message":"SUCCESS","deviceId":"E17010000001"}"#
                    )
                ],
                expected: ["production,kind=inverter": "w=363,wh=86126i"],
                others: [
                    ("it failed", [("", #"{"data":{"p1":0,"te1":0,"p2":0,"te2":0},"message":"FAILED"}"#)], [:]),
                    (
                        "one input is missing",
                        [("", #"{"data":{"p1":181,"te1":42.46113},"message":"SUCCESS"}"#)], [:]
                    ),
                    (
                        "both count nothing after a start",
                        [("", #"{"data":{"p1":5,"te1":0,"p2":6,"te2":0},"message":"SUCCESS"}"#)],
                        ["production,kind=inverter": "w=11"]
                    ),
                ]
            ),
            DocumentProfileCase(
                type: "http",
                profile: "apsystems-ez1",
                settings: "host = \"h\"",
                pages: [("", #"{"data":{"p1":181,"te1":42.46113,"p2":0,"te2":0},"message":"SUCCESS"}"#)],
                // One panel only.
                expected: ["production,kind=inverter": "w=181,wh=42461i"]
            ),
            DocumentProfileCase(
                type: "http",
                profile: "shelly-switch",
                settings: "host = \"h\"",
                pages: [
                    (
                        "",
                        #"{"apower":-310.2,"voltage":231.0,"current":1.35,"aenergy":{"total":2000.5},"#
                            + #""ret_aenergy":{"total":1500.0}}"#
                    )
                ],
                expected: ["meter,role=consumption": "w=-310.2,v=231,a=1.35,wh_in=501i,wh_out=1500i"],
                others: [
                    (
                        "what came back is told no more, and the total still has it",
                        [("", #"{"apower":-310.2,"voltage":231.0,"current":1.35,"aenergy":{"total":2000.5}}"#)],
                        ["meter,role=consumption": "w=-310.2,v=231,a=1.35"]
                    )
                ]
            ),
            DocumentProfileCase(
                type: "http",
                profile: "fronius-powerflow",
                settings: "host = \"h\"\ngrid = true",
                pages: [("", fronius("3120.4", "-1500.5"))],
                expected: [
                    "production,kind=inverter": "w=3120.4", "ac_port": "w=-9.5", "battery": "w=-1500.5,soc_pct=71.2",
                    "meter,role=import": "w=512.3",
                ],
                others: [
                    (
                        "night, and no battery", [("", fronius("null", "null"))],
                        [
                            "production,kind=inverter": "w=0", "ac_port": "w=-9.5", "battery": "soc_pct=71.2",
                            "meter,role=import": "w=512.3",
                        ]
                    )
                ]
            ),
            DocumentProfileCase(
                type: "http",
                profile: "shelly-em-2",
                settings: "host = \"h\"",
                pages: [
                    (
                        "",
                        #"{"emeters":[{"power":1},{"power":-712.5,"reactive":12.1,"voltage":233.1,"is_valid":true,"#
                            + #""total":1234.5,"total_returned":654321.2}]}"#
                    )
                ],
                expected: ["meter,role=consumption": "w=-712.5,var=12.1,v=233.1,wh_in=1235i,wh_out=654321i"]
            ),
            DocumentProfileCase(
                type: "http",
                profile: "shelly-pm-mini",
                settings: "host = \"h\"",
                pages: [
                    (
                        "",
                        shelly(
                            "pm1:0",
                            #""apower":-310.2,"voltage":231.0,"current":1.35,"freq":50.0,"aenergy":{"total":2000.5},"#
                                + #""ret_aenergy":{"total":1500.0}"#,
                            ""
                        )
                    )
                ],
                expected: ["meter,role=consumption": "w=-310.2,v=231,a=1.35,hz=50,wh_in=501i,wh_out=1500i"]
            ),
            DocumentProfileCase(
                type: "http",
                profile: "zendure-solarflow",
                settings: "host = \"h\"",
                pages: [
                    (
                        "",
                        #"{"sn":"X","product":"solarFlow800","properties":{"packInputPower":0,"outputPackPower":350,"#
                            + #""electricLevel":64,"solarInputPower":520,"gridInputPower":0,"outputHomePower":150,"#
                            + #""hyperTmp":2981},"packData":[]}"#
                    )
                ],
                expected: [
                    "production,kind=inverter": "w=520", "ac_port": "w=150", "battery": "w=-350,soc_pct=64,temp_c=25",
                ]
            ),
            DocumentProfileCase(
                type: "http",
                profile: "marstek-api",
                settings: "host = \"192.168.1.30\"",
                pages: [
                    (
                        "",
                        #"{"id":1,"src":"VenusE 3.0-68126810e2e7","result":{"id":0,"bat_soc":82,"bat_cap":5120,"pv_power":0,"#
                            + #""ongrid_power":-75,"offgrid_power":0,"total_pv_energy":0,"#
                            + #""total_grid_output_energy":109220,"total_grid_input_energy":138132,"total_load_energy":0}}"#
                    )
                ],
                expected: [
                    "battery": "w=-75,soc_pct=82,wh_charge=138132i,wh_discharge=109220i,capacity_wh=5120"
                ],
                others: [
                    (
                        "it was started again, and a charge of 101 %",
                        [
                            (
                                "",
                                #"{"id":1,"result":{"bat_soc":101,"ongrid_power":0,"total_grid_output_energy":0,"#
                                    + #""total_grid_input_energy":0}}"#
                            )
                        ], ["battery": "w=0"]
                    )
                ]
            ),
            DocumentProfileCase(
                type: "http",
                profile: "marstek-api-2",
                settings: "host = \"192.168.1.30\"",
                pages: [
                    (
                        "",
                        #"{"id":1,"src":"VenusE-24215ee","result":{"id":0,"bat_soc":25,"bat_cap":5120,"ongrid_power":-2491,"#
                            + #""total_grid_output_energy":1092,"total_grid_input_energy":1381}}"#
                    )
                ],
                expected: [
                    "battery": "w=-2491,soc_pct=25,wh_charge=138100i,wh_discharge=109200i,capacity_wh=5120"
                ]
            ),
            DocumentProfileCase(
                type: "http",
                profile: "sonnen",
                settings: "host = \"h\"",
                pages: [("", #"{"Pac_total_W":-344,"USOC":26,"RSOC":32,"GridFeedIn_W":77,"Sac2":null}"#)],
                expected: ["battery": "w=-344,soc_pct=26"],
                others: [("101 %", [("", #"{"Pac_total_W":-344,"USOC":101}"#)], ["battery": "w=-344"])]
            ),
            DocumentProfileCase(
                type: "http",
                profile: "msunpv",
                settings: "host = \"h\"\ngrid = true",
                pages: [("", sunPV("-1234,5;-2500,0;0;0;0;51,2", "1F4;FFFFE0C0;FFFFA240;FFFF1234;0"))],
                expected: ["production,kind=inverter": "w=2500,wh=6087600i", "meter,role=import": "w=-1234.5"],
                others: [
                    (
                        "a counter that is 0",
                        [("", sunPV("300,0;-1,5;0", "0;0;0;0;0"))],
                        ["production,kind=inverter": "w=1.5", "meter,role=import": "w=300"]
                    ),
                    (
                        "a number above 0, which no register of what is made is",
                        [("", sunPV("300,0;-1,5;0", "0;0;0;1A2B;0"))],
                        ["production,kind=inverter": "w=1.5", "meter,role=import": "w=300"]
                    ),
                ]
            ),
            DocumentProfileCase(
                type: "http",
                profile: "xlyric-router",
                settings: "host = \"h\"",
                pages: [
                    ("", #"{"name":"PV ROUTER 1","watt":-350,"dimmer":20,"temperature":"48.5"}"#)
                ],
                expected: ["meter,role=import": "w=-350"]
            ),
        ]
        + (0...2).map { clamp in
            DocumentProfileCase(
                type: "http",
                profile: "shelly-em1-\(clamp)",
                settings: "host = \"h\"\nrole = \"import\"",
                pages: [
                    (
                        "",
                        shelly(
                            "em1:\(clamp)",
                            #""current":4.029,"voltage":236.1,"act_power":951.2,"aprt_power":951.9,"pf":1,"freq":50.0"#,
                            #","em1data:\#(clamp)":{"total_act_energy":2776.67,"total_act_ret_energy":570.6}"#
                        )
                    )
                ],
                expected: [
                    "meter,role=import": "w=951.2,va=951.9,v=236.1,a=4.029,pf=1,hz=50,wh_in=2777i,wh_out=571i"
                ]
            )
        }

    // MARK: - Brokers

    private static let system = "N/c0619ab1d5f2/system/0"

    private static func victron(_ values: KeyValuePairs<String, String>) -> [(String, String)] {
        values.map { ("\(system)/\($0.key)", #"{"value":\#($0.value)}"#) }
    }

    private static let broker = [
        DocumentProfileCase(
            type: "mqtt",
            profile: "opendtu-mqtt",
            pages: [
                ("solar/ac/is_valid", "1"), ("solar/ac/power", "743.2"), ("solar/ac/yieldtotal", "1234.567"),
                ("solar/ac/yieldday", "1234"),
            ],
            expected: ["production,kind=inverter": "w=743.2,wh=1234567i"],
            others: [
                (
                    "a restart", [("solar/ac/is_valid", "0"), ("solar/ac/power", "0"), ("solar/ac/yieldtotal", "0")],
                    ["production,kind=inverter": "w=0"]
                )
            ]
        ),
        DocumentProfileCase(
            type: "mqtt",
            profile: "opendtu-inverter-mqtt",
            settings: "parameters = { serial = \"1161\", base = \"dach\" }",
            pages: [
                ("dach/1161/status/reachable", "1"), ("dach/1161/0/power", "310.5"), ("dach/1161/0/voltage", "231.2"),
                ("dach/1161/0/yieldtotal", "456.789"), ("dach/1161/0/current", "1.34"),
                ("dach/1161/0/frequency", "49.98"), ("dach/1161/0/temperature", "28.4"),
            ],
            expected: ["production,kind=inverter": "w=310.5,wh=456789i,v=231.2,a=1.34,hz=49.98,temp_c=28.4"]
        ),
        DocumentProfileCase(
            type: "mqtt",
            profile: "ahoydtu-mqtt",
            settings: "parameters = { inverter = \"toit\" }",
            pages: [("inverter/toit/ch0/P_AC", "310.5"), ("inverter/toit/ch0/YieldTotal", "456.789")],
            expected: ["production,kind=inverter": "w=310.5,wh=456789i"],
            others: [
                (
                    "unknown", [("inverter/toit/ch0/P_AC", "0.0"), ("inverter/toit/ch0/YieldTotal", "0.0")],
                    ["production,kind=inverter": "w=0"]
                )
            ]
        ),
        DocumentProfileCase(
            type: "mqtt",
            profile: "victron-gx-mqtt",
            settings: "parameters = { portal = \"c0619ab1d5f2\" }\ngrid = true",
            pages: victron([
                "Dc/Pv/Power": "1000", "Ac/PvOnGrid/L1/Power": "500.5", "Ac/PvOnGrid/L2/Power": "null",
                "Ac/Consumption/L1/Power": "1200", "Ac/Grid/L1/Power": "-350.5", "Ac/Grid/L2/Power": "null",
                "Dc/Battery/Power": "-650", "Dc/Battery/Soc": "73.0",
            ]),
            expected: [
                "production,kind=inverter": "w=1500.5", "ac_port": "w=1550.5", "battery": "w=650,soc_pct=73",
                "meter,role=import": "w=-350.5",
            ],
            others: [
                (
                    "the grid meter is gone",
                    victron([
                        "Dc/Pv/Power": "1000", "Ac/PvOnGrid/L1/Power": "500.5", "Ac/Consumption/L1/Power": "1200",
                        "Ac/Grid/L1/Power": "null", "Dc/Battery/Power": "-650", "Dc/Battery/Soc": "73.0",
                    ]), ["production,kind=inverter": "w=1500.5", "battery": "w=650,soc_pct=73"]
                )
            ]
        ),
        DocumentProfileCase(
            type: "mqtt",
            profile: "victron-gx-mqtt",
            settings: "parameters = { portal = \"c0619ab1d5f2\" }",
            // PV inverters only.
            pages: victron([
                "Dc/Pv/Power": "null", "Ac/PvOnGrid/L1/Power": "500.5", "Ac/PvOnOutput/L1/Power": "200",
                "Ac/Consumption/L1/Power": "1200", "Ac/Grid/L1/Power": "499.5", "Dc/Battery/Soc": "73.0",
            ]),
            expected: ["production,kind=inverter": "w=700.5", "ac_port": "w=700.5", "battery": "soc_pct=73"],
            others: [
                (
                    "no panels at all",
                    victron([
                        "Dc/Pv/Power": "null", "Ac/PvOnGrid/L1/Power": "null", "Ac/PvOnOutput/L1/Power": "null",
                        "Ac/Consumption/L1/Power": "1200", "Ac/Grid/L1/Power": "499.5", "Dc/Battery/Soc": "73.0",
                    ]), ["ac_port": "w=700.5", "battery": "soc_pct=73"]
                )
            ]
        ),
        DocumentProfileCase(
            type: "mqtt",
            profile: "maxpv",
            pages: [
                ("maxpv/pact", "-812"), ("maxpv/vrms", "231.5"), ("maxpv/indeximport", "1234.567"),
                ("maxpv/indexexport", "765.432"),
            ],
            expected: ["meter,role=import": "w=-812,v=231.5,wh_in=1234567i,wh_out=765432i"]
        ),
        DocumentProfileCase(
            type: "mqtt",
            profile: "maxpv-routed",
            pages: [("maxpv/prouted", "640"), ("maxpv/indexrouted", "321.012")],
            expected: ["meter,role=consumption": "w=640,wh_in=321012i"]
        ),
        DocumentProfileCase(
            type: "mqtt",
            profile: "f1atb",
            settings: "parameters = { topic = \"homeassistant/Routeur_state\" }",
            pages: [
                (
                    "homeassistant/Routeur_state",
                    #"{"PuissanceS_M":0,"PuissanceI_M":812,"Energie_M_Soutiree":1234567,"Energie_M_Injectee":765432,"#
                        + #""Tension_M":231.5}"#
                )
            ],
            expected: ["meter,role=import": "w=-812,v=231.5,wh_in=1234567i,wh_out=765432i"]
        ),
    ]
}
