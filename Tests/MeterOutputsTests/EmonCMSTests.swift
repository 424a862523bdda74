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
            meter,device=cave\\ 2,role=consumption,source=zigbee w=-1.5e-07 1000

            """
        let items = EmonCMSItems(batch(lines))
        #expect(items.time == 1000)
        #expect(
            items.json
                == #"[[0,"linky",{"v_2":231.5,"wh_in":1234,"va_in":640}],[0,"zigbee_cave_2",{"w_consumption":-1.5e-07}],"#
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
