import MeterIO
import Testing

@testable import MeterCore
@testable import MeterOutputs

/// What EmonCMS is sent, and what its answers mean: it says 200 to nearly everything.
struct EmonCMSTests {
    private func batch(_ lines: String, policy: String = "raw", points: Int = 2) -> Batch {
        Batch(
            database: "emoncms",
            policy: RetentionPolicy(policy),
            precision: .seconds,
            lines: [UInt8](lines.utf8),
            points: points
        )
    }

    @Test("readings of a source are inputs of its node, the oldest first, without texts")
    func items() {
        let lines = """
            linky,site=m,source=linky wh_in=1236i,mode="x, y" 1010
            phase,phase=2,site=m,source=linky v=231.5 1000
            linky,site=m,source=linky wh_in=1234i,va_in=640i,ok=true 1000
            meter,device=cave,role=consumption,source=zigbee w=-1.5e-07 1000

            """
        let items = EmonCMSItems(batch(lines))
        #expect(items.time == 1000)
        #expect(
            items.json
                == #"[[0,"linky",{"v_2":231.5,"wh_in":1234,"va_in":640}],[0,"zigbee.cave",{"w_consumption":-1.5e-07}],"#
                + #"[10,"linky",{"wh_in":1236}]]"#
        )
    }

    @Test("sums have nodes and inputs of their own beside readings")
    func sums() {
        let lines = """
            energy,site=m import_wh=12.5,estimated=false 900
            meter,role=production,site=m,source=toit value=3 900

            """
        #expect(
            EmonCMSItems(batch(lines, policy: "m15")).json
                == #"[[0,"m15_energy",{"import_wh":12.5}],[0,"toit",{"m15_value_production":3.0}]]"#
        )
        #expect(EmonCMSItems(batch("event t=\"x\" 7\n", policy: "day")).isEmpty)
    }

    private func names(_ key: String, policy: String = "raw") throws -> String {
        let parsed = try LineProtocolReader.parse(Array("\(key) w=1".utf8))
        let names = EmonCMSNames(parsed, RetentionPolicy(policy), without: ["site", "maison"])
        return "\(names.node) \(names.input("w"))"
    }

    @Test(
        "series have names of their own, and those of [tags] are in none",
        arguments: [
            ("battery,source=s", "raw", "s battery_w"), ("ac_port,source=s", "raw", "s ac_port_w"),
            ("production,kind=inverter,source=s", "raw", "s w_inverter"),
            ("production,source=s", "raw", "s production_w"),
            ("meter,role=import,source=s", "raw", "s w_import"), ("meter,source=s", "raw", "s meter_w"),
            ("pulse,role=import,source=s", "raw", "s pulse_w_import"),
            ("meter,phase=2,role=import,source=s", "raw", "s w_import_2"),
            ("battery,maison=nord,site=m,source=s", "raw", "s battery_w"),
            ("battery,box=k7f39-x2m4t,source=s", "raw", "k7f39-x2m4t s battery_w"),
            ("meter,device=a,role=import,room=b,source=s", "raw", "s.a.room b w_import"),
            ("linky,source=linky", "30days", "linky 30days_linky_w"), ("flow,site=m", "raw", "raw_flow w"),
            ("meter,role=import,source=s", "m15", "s m15_w_import"), ("energy,site=m", "m15", "m15_energy w"),
            ("hourly,hour=13", "m15", "m15_hourly w_13"), ("own,room=b", "raw", "raw_own w_room b"),
        ]
    )
    func ofSeries(_ key: String, _ policy: String, _ expected: String) throws {
        #expect(try names(key, policy: policy) == expected)
    }

    @Test("what EmonCMS would make one is kept apart by four digits")
    func apart() throws {
        let keys = [
            "meter,device=b_c,role=x,source=a", "meter,device=c,role=x,source=a_b", "meter,role=x,source=a_b_c",
            "meter,device=b\\ c,role=x,source=a", "meter,device=b/c,role=x,source=a", "meter,role=x,source=a.b_c",
            "meter,role=x,source=a\\ b_c", "meter,device=b_c,role=x_1,source=a",
            "meter,device=b_c,phase=1,role=x,source=a", "flow,site=m", "meter,role=x,source=raw_flow",
            "meter,device=room\\ b,role=x,source=a", "meter,role=x,room=b,source=a",
            "meter,role=e\u{301},source=a", "meter,role=e,source=a",
        ]
        let found = try keys.map { try names($0) }
        #expect(Set(found).count == found.count, "\(found)")
        for name in found {
            #expect(name.allSatisfy { $0.isLetter || $0.isNumber || "_-. ".contains($0) }, "\(name)")
        }
    }

    @Test("no two fields of the schema's measurements have one name, in whichever of them a source has values")
    func schema() throws {
        var known: [String: String] = [:]
        for kind in Kind.allCases {
            let tags = kind.tags.map { ",\($0)=\(["source", "device"].contains($0) ? "s" : $0.prefix(1))" }.joined()
            let parsed = try LineProtocolReader.parse(Array("\(kind.measurement.name)\(tags) w=1".utf8))
            let names = EmonCMSNames(parsed, kind.measurement.policy, without: ["site"])
            for field in kind.fieldNames {
                let name = "\(names.node) \(names.input(field))"
                #expect(known.updateValue("\(kind)", forKey: name) == nil, "\(name) of \(kind)")
            }
        }
    }

    @Test(
        "only ok is a yes; what the lines cannot help is kept",
        arguments: [
            (200, "ok", "accepted"), (200, " ok\n", "accepted"), (200, "", "takes nothing with this key"),
            (401, "Invalid API key", "does not accept the key"),
            (200, "<br /><b>Fatal error</b>: Uncaught mysqli_sql_exception", "is not well"),
            (200, "false", "knows no input/bulk"), (200, #"{"success": true}"#, "is not well"),
            (200, #"{"success": false, "message": "Error: maximal allowed number of different NodeIds"}"#, "no room"),
            (200, #"{"success": false, "message": "Format error, json string supplied is not valid"}"#, "split"),
            (413, "", "split"), (502, "bad gateway", "answered 502"),
        ]
    )
    func answers(_ status: Int, _ text: String, _ expected: String) {
        let response = TransferResponse(status: status, body: [UInt8](text.utf8))
        switch EmonCMSResponse.delivery(response, of: batch("a f=1 1\nb f=1 1\n"), server: "S") {
        case .accepted: #expect(expected == "accepted")
        case .split: #expect(expected == "split")
        case .postponed(let reason, _): #expect(reason.contains(expected), "\(reason)")
        case .rejected, .misaddressed: Issue.record("\(text) is no fault of the lines")
        }
    }

    @Test("a single line that EmonCMS cannot read is set aside")
    func unreadable() {
        let response = TransferResponse(status: 200, body: [UInt8]("Format error".utf8))
        let delivery = EmonCMSResponse.delivery(response, of: batch("a f=1 1\n", points: 1), server: "S")
        #expect(delivery == .rejected(reason: "Format error", .all))
    }
}
