import MeterCore
import MeterIO
import Testing

@testable import InfluxOutput

@Suite struct InfluxResponseTests {
    private func delivery(
        _ status: Int,
        _ text: String = "",
        _ headers: [String: String] = [:],
        lines: [UInt8] = [],
        points: Int = 9
    ) -> Delivery {
        let response = TransferResponse(status: status, headers: headers, body: [UInt8](text.utf8))
        let policy = RetentionPolicy("raw")
        let batch = Batch(database: "b", policy: policy, precision: .seconds, lines: lines, points: points)
        return InfluxResponse.delivery(response, of: batch, server: "S")
    }

    @Test("204 is the only plain yes; 200 with an error in the body is none")
    func accepted() {
        #expect(delivery(204) == .accepted)
        guard case .postponed = delivery(200, #"{"error":"x"}"#) else {
            Issue.record("200 with an error was accepted")
            return
        }
    }

    @Test("what the server can never take is rejected with its words", arguments: [400, 422])
    func rejected(_ status: Int) {
        #expect(delivery(status, "unable to parse 'x'\n") == .rejected(reason: "unable to parse 'x'"))
        let json = #"{"error":"partial write: invalid tag key: input tag \"time\" dropped=1"}"#
        #expect(delivery(status, json) == .rejected(reason: json))
    }

    @Test(
        "what later releases and other engines refuse for a while is kept",
        arguments: [
            (400, "readonly now and writing is not allowed"), (400, "the storage is in read-only mode"),
            (422, "Update to schema would exceed number of tables per database limit of 4000 tables"),
        ]
    )
    func kept(_ status: Int, _ text: String) {
        #expect(delivery(status, text) == .postponed(reason: "S takes nothing now: \(text)", retryAfter: .seconds(15)))
    }

    @Test("an InfluxDB 2 without the bucket is told by the bucket's name, and others need not wait")
    func bucket() {
        guard case .misaddressed(let reason) = delivery(404, #"{"code":"not found","message":"no dbrp mapping found"}"#)
        else {
            Issue.record("not seen as a missing bucket")
            return
        }
        #expect(reason.contains("\"b/raw\""))
    }

    /// The words of InfluxDB 1.6.7 about nine lines, and the lines that they are about.
    static let refusals: [(String, Refusal)] = [
        (
            "partial write: field type conflict: input field \"f x\" on measurement \"my m\" is type integer, "
                + "already exists as type float dropped=2", .field("f x", of: "my m", type: "integer")
        ),
        (
            "partial write: field type conflict: input field \"f\" on measurement \"m\" is type integer, "
                + "already exists as type float dropped=9", .all
        ),
        ("partial write: points beyond retention policy dropped=1", .old),
        ("partial write: points beyond retention policy dropped=9", .all),
        ("unable to parse 'm f=': missing field value unable to parse 'm g=': missing field value", .all),
        (
            "partial write: unable to parse 'm f=': missing field value unable to parse 'm \"h\"=': missing field value "
                + "dropped=0", .texts(["m f=", "m \"h\"="])
        ),
        ("partial write: max-values-per-tag limit exceeded (100000/100000): measurement=\"m\" dropped=3", .some),
    ]

    @Test("the words tell which lines are meant", arguments: refusals)
    func meant(_ text: String, _ refusal: Refusal) {
        #expect(delivery(400, "", ["x-influxdb-error": text]) == .rejected(reason: text, refusal))
    }

    @Test("a name that is not UTF-8 is the fault of its line, and of a damaged shard when all are")
    func invalidName() {
        let text = #"[shard 4] proto: field "tsdb.MeasurementFields.Name" contains invalid UTF-8"#
        #expect(delivery(500, text, lines: [0x6D, 0xFF]) == .rejected(reason: text))
        #expect(
            delivery(500, text, lines: [UInt8]("m f=1 1\n".utf8))
                == .postponed(reason: "S answered 500: \(text)", retryAfter: nil)
        )
    }

    @Test(
        "a shard, a disk or a memory that is sick is the server's trouble",
        arguments: [
            "[shard 12] engine: error reading TSM file 000000003-000000001.tsm: invalid magic number",
            "[shard 3] engine: cache-max-memory-size exceeded: (1073741900/1073741824)",
            "[shard 3] engine: error writing WAL entry: write /var/lib/influxdb/wal/1: no space left on device",
            "timeout",
        ]
    )
    func sick(_ text: String) {
        #expect(
            delivery(500, "", ["x-influxdb-error": text])
                == .postponed(reason: "S answered 500: \(text)", retryAfter: nil)
        )
    }

    @Test("an answer of something that is no InfluxDB costs no reading", arguments: [200, 201, 400, 422])
    func others(_ status: Int) {
        let pages = [
            "", "<html>The plain HTTP request was sent to HTTPS port</html>", #"{"message":"no such API"}"#,
            #"{"error":"missing query parameter"}"#,
            // InfluxDB 1.6.7 on a full disk.
            #"{"error":"partial write: write /d/_series/03/0000: no space left on device dropped=9"}"#,
        ]
        for text in pages {
            guard case .postponed = delivery(status, text) else {
                Issue.record("\(status) \(text) was believed")
                return
            }
        }
    }

    @Test("too much is split")
    func split() { #expect(delivery(413) == .split) }

    @Test(
        "a missing database or policy holds back only what is for it, and names the command that makes it",
        arguments: [(404, "database not found: \"b\""), (500, "retention policy not found: raw")]
    )
    func misaddressed(_ status: Int, _ text: String) {
        guard case .misaddressed(let reason) = delivery(status, text) else {
            Issue.record("\(status) \(text) was not told apart")
            return
        }
        #expect(reason.contains("boxenergie provision"))
    }

    @Test(
        "everything else is kept",
        arguments: [
            (401, "authorization failed", "username"), (403, "not authorized", "provision"),
            (404, "404 page not found", "1.x"), (500, "timeout", "500"), (503, "", "503"), (429, "", "429"),
            (408, "", "408"), (502, "", "502"),
        ]
    )
    func postponed(_ status: Int, _ text: String, _ word: String) {
        guard case .postponed(let reason, _) = delivery(status, text) else {
            Issue.record("\(status) was not kept")
            return
        }
        #expect(reason.contains(word))
    }

    @Test("Retry-After is honoured")
    func retryAfter() {
        guard case .postponed(_, let pause) = delivery(503, "", ["retry-after": "37"]) else {
            Issue.record("503 was not kept")
            return
        }
        #expect(pause == .seconds(37))
    }

    @Test("what only a person can mend is tried slowly, and no server is left alone for more than ten minutes")
    func pauses() {
        func pause(_ status: Int, _ headers: [String: String] = [:]) -> Duration? {
            guard case .postponed(_, let pause) = delivery(status, "x", headers) else { return nil }
            return pause
        }
        for status in [400, 401, 403, 404] {
            #expect(pause(status) == .seconds(15))
            #expect(pause(status, ["retry-after": "3"]) == .seconds(15))
            #expect(pause(status, ["retry-after": "40"]) == .seconds(40))
        }
        #expect(pause(503) == nil)
        #expect(pause(503, ["retry-after": "604800"]) == .seconds(600))
        #expect(pause(503, ["retry-after": "tomorrow"]) == nil)
    }

    @Test("a page of a proxy does not fill the log")
    func longAnswer() {
        guard case .postponed(let reason, _) = delivery(502, String(repeating: "x", count: 100_000)) else {
            Issue.record("502 was not kept")
            return
        }
        #expect(reason.utf8.count < 2200)
    }
}
