import Foundation
import MeterCore
import MeterSources
import Testing

/// A device with a web server as `http-devices.md` and its maker describe it: what it answers, and what is made of it.
struct HTTPDeviceCase: Sendable, CustomTestStringConvertible {
    var name: String
    var type: any MeterSource.Type
    /// The settings, with `@HOST@` in the place of the device's address.
    var settings: String
    /// What it answers at its paths.
    var pages: [String: String]
    /// The same with values that are none.
    var wrong: [String: String]
    /// Every field that must be written: `measurement field`, and the phase behind it.
    var expected: [String: FieldValue]

    var testDescription: String { name }
    var isJSON: Bool { pages.values.allSatisfy { $0.hasPrefix("{") } }

    static let all = generic + profiles + teleinfo

    // MARK: - Any address

    private static let generic: [HTTPDeviceCase] = [
        HTTPDeviceCase(
            name: "JSON",
            type: HTTPSource.self,
            settings: """
                url = "http://@HOST@/data.json"
                measurement = "raw.piscine"
                every = "1s"
                fields = { temp_c = { path = "water.temp", unit = "°C" }, ph = { path = "/water/ph" }, \
                on = { path = "on", type = "boolean" }, mode = { path = "mode", type = "string" }, \
                f = { path = "f", scale = 0.5, offset = -1 }, n = { path = "n", type = "integer" }, \
                dead = { path = "dead" }, wh = { path = "wh", unit = "kWh" } }
                """,
            pages: [
                "/data.json": #"{"water":{"temp":"23,5 °C","ph":7.2},"on":"ON","mode":" eco ","f":7,"#
                    + #""n":"1 234","dead":"--","wh":"12345.678"}"#
            ],
            wrong: ["/data.json": #"{"water":[],"on":"maybe","mode":{},"f":"x","n":"1:2","dead":"","wh":-5}"#],
            expected: [
                "piscine temp_c": .float(23.5), "piscine ph": .float(7.2), "piscine on": .boolean(true),
                "piscine mode": .string("eco"), "piscine f": .float(2.5), "piscine n": .integer(1234),
                "piscine wh": .integer(12_345_678),
            ]
        ),
        HTTPDeviceCase(
            name: "XML",
            type: HTTPSource.self,
            settings: """
                url = "http://@HOST@/data.xml"
                format = "xml"
                role = "water"
                every = "1s"
                fields = { value = { path = "/d/m[@id='2']/v", unit = "L" }, flow = { path = "/d/m[@id='2']/@f" } }
                """,
            pages: ["/data.xml": "<d><m id='1'><v>1</v></m><m id='2' f='0,25'><v>0123456</v></m>"],
            wrong: ["/data.xml": "<d><m id='2' f='?'><v>abc</v></m></d>"],
            expected: ["meter value": .float(123.456), "meter flow": .float(0.25)]
        ),
        HTTPDeviceCase(
            name: "HTML",
            type: HTTPSource.self,
            settings: """
                url = "http://@HOST@/page.htm"
                format = "html"
                role = "production"
                every = "1s"
                fields = { w = { path = "//td[@id='p']", unit = "kW" }, wh_in = { path = "//tr[2]/td[2]", unit = "MWh" } }
                """,
            pages: ["/page.htm": "<!DOCTYPE html><table><tr><td>P<td id='p'>1,64 kW<tr><td>E<td>12.345678</table>"],
            wrong: ["/page.htm": "<!DOCTYPE html><table><tr><td>P<td id='p'>-<tr><td>E<td>see below</table>"],
            expected: ["production w": .float(1640), "production wh": .integer(12_345_678)]
        ),
        HTTPDeviceCase(
            name: "CSV",
            type: HTTPSource.self,
            settings: """
                url = "http://@HOST@/log.csv"
                format = "csv"
                decimal = "comma"
                measurement = "raw.log"
                every = "1s"
                fields = { temp_c = { path = "Temp", unit = "°C" }, level = { path = "3" } }
                """,
            pages: ["/log.csv": "Time;Temp;L\r\n10:00;20,0;1.000\r\n10:01;21,5;1.234\r\n10:02;2"],
            wrong: ["/log.csv": "Time;Temp;L\r\n10:00;warm;full\r\n"],
            expected: ["log temp_c": .float(21.5), "log level": .float(1234)]
        ),
        HTTPDeviceCase(
            name: "text",
            type: HTTPSource.self,
            settings: """
                url = "http://@HOST@/1.html"
                format = "text"
                role = "consumption"
                every = "1s"
                fields = { wh_in = { path = "conso_base = '([0-9]+)'", unit = "Wh" } }
                """,
            pages: ["/1.html": "<html><script>var conso_base = '12345678';</script></html>"],
            wrong: ["/1.html": "<html><script>var conso_base = 'none';</script></html>"],
            expected: ["meter wh_in": .integer(12_345_678)]
        ),
    ]

    // MARK: - Profiles

    private static func profile(
        _ name: String,
        _ path: String,
        _ page: String,
        _ wrong: String,
        _ expected: [String: FieldValue]
    ) -> HTTPDeviceCase {
        HTTPDeviceCase(
            name: name,
            type: HTTPSource.self,
            settings: "profile = \"\(name)\"\nhost = \"@HOST@\"\naccept_unverified = true\nevery = \"1s\"\n",
            pages: [path: page],
            wrong: [path: wrong],
            expected: expected
        )
    }

    private static let profiles: [HTTPDeviceCase] = [
        HTTPDeviceCase(
            name: "openweathermap",
            type: HTTPSource.self,
            settings: """
                profile = "@PROFILE openweathermap@"
                parameters = { lat = "48.85", lon = "2.35" }
                key_file = "@KEY@"
                every = "1s"
                """,
            pages: [
                "/data/2.5/weather": #"{"coord":{"lon":2.35,"lat":48.85},"weather":[{"id":803,"main":"Clouds"}],"#
                    + #""main":{"temp":12.34,"pressure":1013,"humidity":81},"visibility":10000,"wind":{"speed":4.1},"#
                    + #""clouds":{"all":75},"dt":1760000000,"cod":200}"#
            ],
            wrong: [
                "/data/2.5/weather":
                    #"{"main":{"temp":"cold","pressure":[],"humidity":{}},"wind":{"speed":"x"},"clouds":1}"#
            ],
            expected: [
                "weather temp_c": .float(12.34), "weather pressure_hpa": .float(1013),
                "weather humidity_pct": .float(81),
                "weather wind_ms": .float(4.1), "weather clouds_pct": .float(75),
            ]
        ),
        profile(
            "legrand-ecocompteur",
            "/inst.json",
            #"{"data1":1640.5,"data2":0,"data3":"120","data4":5,"data5":6,"data6":100,"data6m3":0.123,"data7":0,"#
                + #""data7m3":1.5,"heure":10,"minute":59,"CIR1_Nrj":1.0,"Date_Time":1760000000}"#,
            #"{"data1":"a","data2":"b","data3":"c","data4":[],"data5":{}}"#,
            [
                "ecocompteur circuit1_w": .float(1640.5), "ecocompteur circuit2_w": .float(0),
                "ecocompteur circuit3_w": .float(120), "ecocompteur circuit4_w": .float(5),
                "ecocompteur circuit5_w": .float(6), "ecocompteur input1_m3": .float(0.123),
                "ecocompteur input2_m3": .float(1.5),
            ]
        ),
        profile(
            "tasmota",
            "/cm",
            #"{"StatusSNS":{"Time":"2026-01-01T10:00:00","ENERGY":{"TotalStartTime":"2025-01-01T00:00:00","#
                + #""Total":123.456,"Yesterday":1.5,"Today":0.3,"Power":640,"ApparentPower":650,"ReactivePower":-12,"#
                + #""Factor":0.98,"Voltage":231,"Current":2.81}}}"#,
            #"{"StatusSNS":{"ENERGY":{"Total":"full","Power":[1,2],"Voltage":"x"}}}"#,
            [
                "meter w": .float(640), "meter va": .float(650), "meter var": .float(-12), "meter pf": .float(0.98),
                "meter v": .float(231), "meter a": .float(2.81), "meter wh_in": .integer(123_456),
            ]
        ),
        profile(
            "shelly-switch",
            "/rpc/Switch.GetStatus",
            #"{"id":0,"source":"init","output":true,"apower":640.2,"voltage":231.5,"freq":50.0,"current":2.8,"#
                + #""aenergy":{"total":123456.789,"by_minute":[1,2,3]},"temperature":{"tC":41.5,"tF":106.7}}"#,
            #"{"apower":"off","voltage":{},"aenergy":{"total":"none of it"}}"#,
            [
                "meter w": .float(640.2), "meter v": .float(231.5), "meter hz": .float(50), "meter a": .float(2.8),
                "meter wh_in": .integer(123_457), "meter temp_c": .float(41.5),
            ]
        ),
        profile(
            "shelly-pro-3em",
            "/rpc/Shelly.GetStatus",
            #"{"em:0":{"id":0,"a_current":1.5,"a_voltage":230.1,"a_act_power":-300.5,"a_aprt_power":345,"a_pf":-0.87,"#
                + #""b_current":2.5,"b_voltage":231.1,"b_act_power":500,"b_aprt_power":577,"b_pf":0.87,"#
                + #""c_current":0,"c_voltage":232.1,"c_act_power":0,"c_aprt_power":0,"c_pf":1,"#
                + #""total_act_power":199.5,"total_aprt_power":922},"emdata:0":{"a_total_act_energy":1000.4,"#
                + #""a_total_act_ret_energy":10,"b_total_act_energy":2000,"b_total_act_ret_energy":20,"#
                + #""c_total_act_energy":3000,"c_total_act_ret_energy":30,"total_act":6000.4,"total_act_ret":60}}"#,
            #"{"em:0":{"a_current":"x"},"emdata:0":7}"#,
            [
                "meter w": .float(199.5), "meter va": .float(922), "meter wh_in": .integer(6000),
                "meter wh_out": .integer(60), "meter v 1": .float(230.1), "meter w 1": .float(-300.5),
                "meter pf 1": .float(-0.87), "meter wh_in 1": .integer(1000), "meter wh_out 1": .integer(10),
                "meter a 2": .float(2.5), "meter va 2": .float(577), "meter wh_in 2": .integer(2000),
                "meter v 3": .float(232.1), "meter wh_out 3": .integer(30),
            ]
        ),
        profile(
            "shelly-plug",
            "/status",
            #"{"relays":[{"ison":true}],"meters":[{"power":640.5,"is_valid":true,"total":600060}],"temperature":35.2}"#,
            #"{"meters":[{"power":"?","total":"?"}]}"#,
            ["meter w": .float(640.5), "meter wh_in": .integer(10_001), "meter temp_c": .float(35.2)]
        ),
        profile(
            "shelly-em",
            "/status",
            #"{"emeters":[{"power":-640.5,"reactive":12,"voltage":231.5,"is_valid":true,"total":12345.6,"#
                + #""total_returned":654.3},{"power":0}]}"#,
            #"{"emeters":{"power":1}}"#,
            [
                "meter w": .float(-640.5), "meter var": .float(12), "meter v": .float(231.5),
                "meter wh_in": .integer(12_346), "meter wh_out": .integer(654),
            ]
        ),
        profile(
            "shelly-3em",
            "/status",
            #"{"emeters":[{"power":1,"pf":0.5,"current":2,"voltage":231,"total":100,"total_returned":1},"#
                + #"{"power":2,"pf":0.6,"current":3,"voltage":232,"total":200,"total_returned":2},"#
                + #"{"power":3,"pf":0.7,"current":4,"voltage":233,"total":300,"total_returned":3}],"total_power":6}"#,
            #"{"emeters":[null,null,null],"total_power":"six"}"#,
            [
                "meter w": .float(6), "meter w 1": .float(1), "meter pf 2": .float(0.6), "meter a 3": .float(4),
                "meter v 1": .float(231), "meter wh_in 2": .integer(200), "meter wh_out 3": .integer(3),
                "meter wh_in": .integer(600), "meter wh_out": .integer(6),
            ]
        ),
        profile(
            "fronius",
            "/solar_api/v1/GetInverterRealtimeData.cgi",
            #"{"Body":{"Data":{"DeviceStatus":{"StatusCode":7},"PAC":{"Unit":"W","Value":2640},"UAC":{"Value":231},"#
                + #""IAC":{"Value":11.5},"FAC":{"Value":50.01},"UDC":{"Value":400},"IDC":{"Value":6.9},"#
                + #""UDC_2":{"Value":390.5},"IDC_2":{"Value":3.2},"#
                + #""TOTAL_ENERGY":{"Unit":"Wh","Value":12345678}}},"Head":{"Status":{"Code":0}}}"#,
            #"{"Body":{"Data":{"PAC":{"Value":"x"},"TOTAL_ENERGY":{"Value":"y"}}}}"#,
            [
                "production w": .float(2640), "production wh": .integer(12_345_678), "production v": .float(231),
                "production a": .float(11.5), "production hz": .float(50.01), "production vdc1": .float(400),
                "production adc1": .float(6.9), "production vdc2": .float(390.5), "production adc2": .float(3.2),
                "production state": .integer(7),
            ]
        ),
    ]

    // MARK: - Devices that hand on a meter's TIC

    private static let teleinfo: [HTTPDeviceCase] = [
        HTTPDeviceCase(
            name: "ecodevices",
            type: EcoDevicesSource.self,
            settings: """
                host = "@HOST@"
                every = "1s"
                counter_1 = { role = "water", pulses_per_m3 = 1000 }
                counter_2 = { role = "production", pulses_per_kwh = 500, initial = 10 }
                """,
            pages: [
                // Labels of other contracts and phases with zeros, one twice, one misspelt, a tag that nobody closed.
                "/protect/settings/teleinfo1.xml": "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><response>"
                    + "<T1_ADCO>021528603314</T1_ADCO><T1_OPTARIF>HC..</T1_OPTARIF><T1_ISOUSC>45</T1_ISOUSC>"
                    + "<T1_BASE>000000000</T1_BASE><T1_HCHC>012345678</T1_HCHC><T1_HCHP>023456789</T1_HCHP>"
                    + "<T1_EJPHN>0</T1_EJPHN><T1_BBRHPJB>000000000</T1_BBRHPJB><T1_PTEC>HP..</T1_PTEC>"
                    + "<T1_IINST>007</T1_IINST><T1_IINST1>000</T1_IINST1><T1_IINST2>0</T1_IINST2><T1_PAPP>01640</T1_PAPP>"
                    + "<T1_PAPP>01640</T1_PAPP><T1_HHPHC>A</T1_HHPHC><T1_MOTDETAT>000000</T1_MOTDETAT><T1_PEJPP>--</T1_PEJPP>"
                    + "<broken></response>",
                "/status.xml":
                    "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><response><config_hostname>MAISON</config_hostname>"
                    + "<T1_PAPP>01640</T1_PAPP><meter2>0</meter2><count0>1234567</count0><count1>5000</count1>"
                    + "<c0day>12</c0day></response>",
            ],
            wrong: [
                "/protect/settings/teleinfo1.xml": "<response><T1_PTEC>----</T1_PTEC><T1_PAPP>0</T1_PAPP></response>",
                "/status.xml": "<response><count0>none</count0></response>",
            ],
            expected: [
                "linky va_in": .integer(1640), "linky wh_in": .integer(35_802_467), "linky ntarf": .integer(2),
                "linky pref_va": .integer(9000), "phase i 1": .integer(7), "phase va 1": .integer(1640),
                "index wh HC": .integer(12_345_678), "index wh HP": .integer(23_456_789),
                "pulse count water": .integer(1_234_567), "pulse value water": .float(1234.567),
                "pulse value production": .float(20), "production wh": .integer(20_000),
            ]
        ),
        HTTPDeviceCase(
            name: "ecodevices status",
            type: EcoDevicesSource.self,
            settings: "host = \"@HOST@\"\npages = \"status\"\nteleinfo = 2\nevery = \"1s\"\n",
            pages: [
                "/status.xml": "<response><T1_PAPP>1</T1_PAPP><T2_PTEC>HCJB</T2_PTEC><T2_PAPP>00000</T2_PAPP>"
                    + "<T2_PPAP>03210</T2_PPAP><T2_ISOUSC>30</T2_ISOUSC><T2_IMAX2>60</T2_IMAX2></response>"
            ],
            wrong: ["/status.xml": "<response><T1_PAPP>1</T1_PAPP><T2_PAPP>zero</T2_PAPP></response>"],
            expected: ["linky va_in": .integer(3210), "linky ntarf": .integer(1), "linky pref_va": .integer(18_000)]
        ),
        HTTPDeviceCase(
            name: "ecodevices json",
            type: EcoDevicesSource.self,
            settings: """
                host = "@HOST@"
                pages = "json"
                every = "1s"
                counter_1 = { role = "consumption", pulses_per_kwh = 1000 }
                """,
            pages: [
                "/api/xdevices.json": #"{"product":"Eco-devices","T1_PTEC":"TH..","T1_PAPP":780,"T1_BASE":"012345678","#
                    + #""T2_PTEC":"----","T2_PAPP":0,"INDEX_C1":4321,"INDEX_C2":0}"#
            ],
            wrong: ["/api/xdevices.json": #"{"product":"Eco-devices","T1_PTEC":"----","INDEX_C1":"x"}"#],
            expected: [
                "linky va_in": .integer(780), "linky wh_in": .integer(12_345_678), "linky ntarf": .integer(1),
                "index wh BASE": .integer(12_345_678), "pulse count consumption": .integer(4321),
            ]
        ),
        HTTPDeviceCase(
            name: "ecodevices-rt2",
            type: EcoDevicesRT2Source.self,
            settings: """
                host = "@HOST@"
                key_file = "@KEY@"
                every = "10s"
                fields = { w = { from = "Get=P", path = "INSTANT_POSTE1", unit = "W" }, \
                wh_in = { from = "Index=All", path = "Index_TI1", unit = "Wh" }, \
                today = { from = "DIndex=S", path = "DAY_INDEX_POSTE1" }, temp_c = { from = "Get=XTHL", path = "THL1-TEMP", unit = "°C" } }
                """,
            pages: [
                "/api/xdevices.json": #"{"product":"EcoDevices_RT","status":"Success","INSTANT_POSTE1":1640,"#
                    + #""Index_TI1":12345678,"Index_C1":5,"DAY_INDEX_POSTE1":"3,5","THL1-TEMP":19.5}"#
            ],
            wrong: [
                "/api/xdevices.json": #"{"product":"EcoDevices_RT","status":"Success","INSTANT_POSTE1":"x","#
                    + #""Index_TI1":{},"DAY_INDEX_POSTE1":[],"THL1-TEMP":"y"}"#
            ],
            expected: [
                "meter w": .float(1640), "meter wh_in": .integer(12_345_678), "meter today": .float(3.5),
                "meter temp_c": .float(19.5),
            ]
        ),
        HTTPDeviceCase(
            name: "wes",
            type: WESSource.self,
            settings: """
                host = "@HOST@"
                every = "1s"
                fields = { wh_in = { path = "/data/pince/INDEX1", unit = "kWh" }, \
                w = { path = "/data/pince/PUISSANCE1", unit = "W" }, water = { path = "/data/impulsion/INDEX1" } }
                """,
            pages: [
                "/data.cgx":
                    "<?xml version=\"1.0\"?><data><info><firmware>V0.8</firmware></info><tic1><ADCO>021528603314</ADCO>"
                    + "<OPTARIF>BBR(</OPTARIF><ISOUSC>60</ISOUSC><BBRHCJB>001000000</BBRHCJB><BBRHPJB>002000000</BBRHPJB>"
                    + "<BBRHCJW>000000003</BBRHCJW><BBRHPJW>000000004</BBRHPJW><BBRHCJR>000000005</BBRHCJR>"
                    + "<BBRHPJR>000000006</BBRHPJR><PTEC>HPJR</PTEC><DEMAIN>BLEU</DEMAIN><IINST>012</IINST><PAPP>02710</PAPP>"
                    + "<CONSO_JOUR>12.3</CONSO_JOUR></tic1><tic2></tic2><impulsion><PULSE1>123</PULSE1><INDEX1>12,345</INDEX1>"
                    + "</impulsion><pince><I1>3.2</I1><PUISSANCE1>730</PUISSANCE1><INDEX1>987.654</INDEX1></pince></data>"
            ],
            wrong: [
                "/data.cgx": "<data><tic1><PAPP>-</PAPP></tic1><pince><PUISSANCE1>x</PUISSANCE1></pince></data>"
            ],
            expected: [
                "linky va_in": .integer(2710), "linky wh_in": .integer(3_000_018), "linky ntarf": .integer(6),
                "phase i 1": .integer(12), "index wh HPJR": .integer(6), "meter wh_in": .integer(987_654),
                "meter w": .float(730), "meter water": .float(12.345),
            ]
        ),
    ]
}
