import Foundation
import InfluxOutput
import Testing

/// SunSpec maps that pysunspec2 lays and pymodbus serves, read by the running program into a real InfluxDB; each field
/// is compared with what pysunspec2 says of the same registers.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct SunSpecReadBackTests {
    private typealias Model = [String: Any]

    private let box: Installation

    init() throws { box = try Installation() }

    /// An inverter with two inputs, its meter as a second part, and a second inverter of another kind as a third.
    private let large: [Model] = [
        ["ID": 1, "Mn": "Acme", "Md": "Sun 3", "SN": "A-1", "Vr": "1.2"],
        [
            "ID": 103, "A": 135, "AphA": 45, "A_SF": -1, "PhVphA": 2301, "PhVphB": 2312, "PhVphC": 2323, "V_SF": -1,
            "W": 3105, "W_SF": 0, "Hz": 5001, "Hz_SF": -2, "WH": 1_234_567, "WH_SF": 1, "DCA": 99, "DCA_SF": -1,
            "DCV": 3601, "DCV_SF": -1, "TmpCab": 415, "Tmp_SF": -1, "St": 4, "Evt1": 0, "Evt2": 0,
        ],
        ["ID": 120, "DERTyp": 4, "WRtg": 300, "WRtg_SF": 1],
        [
            "ID": 160, "DCA_SF": -2, "DCV_SF": -1, "DCW_SF": 0, "N": 2,
            "module": [
                ["ID": 1, "IDStr": "A", "DCA": 450, "DCV": 3501, "DCW": 1575],
                ["ID": 2, "IDStr": "B", "DCA": 431, "DCV": 3622, "DCW": 1561],
            ],
        ],
        ["ID": 1, "Mn": "Acme", "Md": "Meter", "SN": "M-1"],
        [
            "ID": 203, "A": 12, "AphA": 4, "AphB": 5, "AphC": 3, "A_SF": 0, "PhV": 2310, "PhVphA": 2301,
            "PhVphB": 2312, "PhVphC": 2323, "V_SF": -1, "Hz": 500, "Hz_SF": -1, "W": -1234, "WphA": -400,
            "WphB": -434, "WphC": -400, "W_SF": 0, "VA": 1300, "VAphA": 430, "VA_SF": 0, "VAR": -90, "VAR_SF": 0,
            "PF": -95, "PFphA": 97, "PF_SF": 0, "TotWhExp": 4_294_967_295, "TotWhExpPhA": 12, "TotWhImp": 765_432,
            "TotWhImpPhA": 255_144, "TotWhImpPhB": 255_144, "TotWhImpPhC": 255_144, "TotWh_SF": 0, "Evt": 0,
        ],
        ["ID": 1, "Mn": "Acme", "Md": "Sun 1", "SN": "A-2"],
        [
            "ID": 111, "A": 4.5, "AphA": 4.5, "PhVphA": 231.25, "W": 1040.5, "Hz": 50.02, "WH": 7_654_321.0,
            "DCV": 350.5,
            "DCA": 3.25, "TmpCab": 39.5, "St": 4, "Evt1": 0, "Evt2": 0,
        ],
    ]

    /// A device by IEEE 1547 with 155 registers in one model, and a meter with floating-point numbers.
    private let modern: [Model] = [
        ["ID": 1, "Mn": "Neo", "Md": "DER", "SN": "N-1"],
        [
            "ID": 701, "ACType": 0, "St": 1, "InvSt": 3, "ConnSt": 1, "Alrm": 0, "W": 4821, "W_SF": -1, "LNV": 2315,
            "V_SF": -1, "A": 209, "A_SF": -2, "Hz": 49_990, "Hz_SF": -3, "TotWhInj": 9_876_543_210, "TotWh_SF": 0,
            "TmpCab": 44, "Tmp_SF": 0,
        ],
        [
            "ID": 211, "A": 5.5, "AphA": 5.5, "PhV": 230.5, "PhVphA": 230.5, "Hz": 50.01, "W": 1250.25, "VA": 1260.0,
            "VAR": 100.5, "PF": 0.99, "TotWhExp": 1024.0, "TotWhImp": 2048.0, "Evt": 0,
        ],
    ]

    @Test("every field of every part is what pysunspec2 says", arguments: [40_000, 50_000, 0])
    func everyField(_ base: Int) async throws {
        let device = try ModbusPeer(
            .tcp,
            [
                "sunspec": [
                    "1": ["base": base, "models": large], "126": ["base": 40_000, "models": modern],
                ]
            ]
        )
        let server = try box.influxd()
        let url = server.line()
        let config = try box.configure(
            url,
            sources: """
                [source.large]
                type = "modbus"
                \(device.place)
                every = "1s"
                pause = "0s"
                [source.modern]
                type = "modbus"
                \(device.place)
                unit = 126
                every = "1s"
                pause = "0s"
                most_registers = 100
                """
        )
        #expect(try box.run("provision", "--config", config).code == 0)
        let daemon = try box.start("run", "--config", config)
        let isComplete = try await eventually {
            for (source, count) in [("large", 8), ("modern", 4)] {
                let production = try await box.rows(
                    url,
                    "SELECT wh FROM raw.production WHERE source = '\(source)' AND wh > 0"
                )
                let meter = try await box.rows(url, "SELECT wh_in FROM raw.meter WHERE source = '\(source)'")
                if production.count < count / 2 || meter.count < count { return false }
            }
            return true
        }
        #expect(isComplete)
        let status = try box.status(config)
        #expect(daemon.terminate().code == 0)
        #expect(status.contains("Acme Sun 3 1.2 3000 W (SunSpec models 1, 103, 120, 160, 1, 203, 1, 111 at \(base))"))

        let inverter = try Models(device.models(1))
        let der = try Models(device.models(126))
        let strings = inverter[160, "module"] as? [Model] ?? []
        let voltages =
            (inverter.number(103, "PhVphA") + inverter.number(103, "PhVphB") + inverter.number(103, "PhVphC")) / 3
        try await expect(
            url,
            "production WHERE source = 'large' AND device = ''",
            [
                "kind": "inverter", "w": inverter.number(103, "W"), "wh": inverter.number(103, "WH"), "v": voltages,
                "a": inverter.number(103, "A"), "hz": inverter.number(103, "Hz"), "vdc1": number(strings[0]["DCV"]),
                "adc1": number(strings[0]["DCA"]), "vdc2": number(strings[1]["DCV"]),
                "adc2": number(strings[1]["DCA"]), "temp_c": inverter.number(103, "TmpCab"),
                "state": inverter.number(103, "St"), "alarm": inverter.number(103, "Evt1"),
            ]
        )
        try await expect(
            url,
            "production WHERE source = 'large' AND device = '2'",
            [
                "kind": "inverter", "device": "2", "w": inverter.number(111, "W"), "wh": inverter.number(111, "WH"),
                "v": inverter.number(111, "PhVphA"), "a": inverter.number(111, "A"), "hz": inverter.number(111, "Hz"),
                "vdc1": inverter.number(111, "DCV"), "adc1": inverter.number(111, "DCA"),
                "temp_c": inverter.number(111, "TmpCab"), "state": 4.0, "alarm": 0.0,
            ]
        )
        try await expect(
            url,
            "meter WHERE source = 'large' AND phase = ''",
            [
                "w": inverter.number(203, "W"), "va": inverter.number(203, "VA"), "var": inverter.number(203, "VAR"),
                "v": inverter.number(203, "PhV"), "a": inverter.number(203, "A"), "hz": inverter.number(203, "Hz"),
                "pf": inverter.number(203, "PF") / 100, "wh_in": inverter.number(203, "TotWhImp"),
                "wh_out": inverter.number(203, "TotWhExp"),
            ]
        )
        try await expect(
            url,
            "meter WHERE source = 'large' AND phase = '1'",
            [
                "phase": "1", "w": inverter.number(203, "WphA"), "va": inverter.number(203, "VAphA"),
                "v": inverter.number(203, "PhVphA"), "a": inverter.number(203, "AphA"),
                "pf": inverter.number(203, "PFphA") / 100, "wh_in": inverter.number(203, "TotWhImpPhA"),
                "wh_out": inverter.number(203, "TotWhExpPhA"),
            ]
        )
        try await expect(
            url,
            "production WHERE source = 'modern'",
            [
                "kind": "inverter", "w": der.number(701, "W"), "wh": der.number(701, "TotWhInj"),
                "v": der.number(701, "LNV"), "a": der.number(701, "A"), "hz": der.number(701, "Hz"),
                "temp_c": der.number(701, "TmpCab"),
                // Running is 3 in model 701 and 4 in all others.
                "state": 4.0, "alarm": 0.0,
            ]
        )
        try await expect(
            url,
            "meter WHERE source = 'modern'",
            [
                "w": 1250.25, "va": 1260.0, "var": 100.5, "v": 230.5, "a": 5.5, "hz": der.number(211, "Hz"),
                "pf": der.number(211, "PF"), "wh_in": 2048.0, "wh_out": 1024.0,
            ]
        )
        withExtendedLifetime(server) {}
    }

    /// What pysunspec2 says, by model.
    private struct Models {
        private let models: [Model]

        init(_ models: [Model]) { self.models = models }

        subscript(number: Int, name: String) -> Any? {
            models.first { $0["ID"] as? Int == number }?[name]
        }

        func number(_ number: Int, _ name: String) -> Double {
            guard let value = self[number, name] as? Double else {
                Issue.record("pysunspec2 has no \(name) in model \(number)")
                return 0
            }
            return value
        }
    }

    private func number(_ value: Any?) -> Double { value as? Double ?? .nan }

    /// Checks that the newest row of a series has these tags and fields and no others.
    private func expect(_ url: String, _ series: String, _ expected: [String: Any]) async throws {
        let row = try #require(
            try await box.rows(url, "SELECT * FROM raw.\(series) ORDER BY time DESC LIMIT 1").first,
            "\(series)"
        )
        let found = row.filter { !["time", "site", "source", "role"].contains($0.key) && $0.value != .null }
        #expect(row["role"] == (series.hasPrefix("meter") ? .string("consumption") : nil))
        #expect(Set(found.keys) == Set(expected.keys), "\(series)")
        for (name, value) in expected {
            switch (found[name], value) {
            case (.string(let text)?, let value as String): #expect(text == value, "\(name)")
            case (let field?, let value as Double):
                let number = Double("\(field)") ?? .nan
                #expect(abs(number - value) <= abs(value) * 1e-6, "\(series): \(name) is \(number), not \(value)")
            default: Issue.record("\(series): \(name) is \(String(describing: found[name])), not \(value)")
            }
        }
    }
}
