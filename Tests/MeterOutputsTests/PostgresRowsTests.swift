import Testing

@testable import MeterCore
@testable import MeterOutputs

/// What PostgreSQL is sent of the lines of a batch: arrays as text, without a server.
struct PostgresRowsTests {
    private func rows(_ lines: String, policy: String = "raw", precision: Precision = .seconds) -> PostgresRows {
        PostgresRows(
            Batch(
                database: "b",
                policy: RetentionPolicy(policy),
                precision: precision,
                lines: [UInt8](lines.utf8),
                points: lines.split(separator: "\n").count
            ),
            HistoryContext(box: "own", site: "m", common: ["site", "etage"], zone: "Europe/Paris")
        )
    }

    private func texts(_ rows: PostgresRows) -> [String] { rows.parameters.map { String(decoding: $0, as: UTF8.self) } }

    @Test("each field is a row, and what it is of is told once")
    func fields() {
        let found = rows(
            """
            linky,site=m,source=linky wh_in=1234i,va_in=640i 1000
            linky,site=m,source=linky va_in=650i,wh_in=1236i 1010
            phase,phase=2,site=m,source=linky v=231.5,ok=true 1000

            """
        )
        #expect(
            texts(found) == [
                "{1,2,2,1,3,4}", "{1000,1000,1010,1010,1000,1000}", "{1234,640,650,1236,231.5,1}", "{}",
                #"{"m","m","m","m"}"#, #"{"raw.linky","raw.linky","raw.phase","raw.phase"}"#,
                #"{"linky","linky","linky","linky"}"#, #"{"","","phase=2","phase=2"}"#,
                #"{"own","own","own","own"}"#, #"{"","","",""}"#, #"{"wh_in","va_in","v","ok"}"#,
            ]
        )
        #expect(found.unreadable.isEmpty && !found.isEmpty)
    }

    @Test("texts follow the numbers, with what they quote and escape")
    func quoted() {
        let found = texts(rows(#"event,kind=x,site=m title="a \"b\" \\ c\d é, =",n=1.5e-07 7"# + "\n", policy: "day"))
        #expect(found[0] == "{2,1}" && found[1] == "{7,7}" && found[2] == "{1.5e-07}")
        #expect(found[3] == #"{NULL,"a \"b\" \\ c\\d é, ="}"#)
        #expect(found[10] == #"{"title","n"}"#)
    }

    @Test("names have their blanks, commas and quotes back, and parts stay apart")
    func names() {
        let found = texts(rows(#"a\ b,device=cave\ 2\,x\=1,site=la\ "m",source=s f\ 1=1i 7"#))
        #expect(found[4] == #"{"la \"m\""}"# && found[5] == #"{"raw.a b"}"# && found[6] == #"{"s"}"#)
        #expect(found[7] == #"{"device=cave 2\\,x=1"}"# && found[10] == #"{"f 1"}"#)
    }

    @Test(
        "each tag has its place: only what tells series apart is a part",
        arguments: [
            ("energy,box=k7,etage=haut\\,\\ 1,site=m", "m15", "|k7|etage=haut\\\\, 1"),
            // A tag that is no longer in the configuration, of a line that waited.
            ("energy,aile=nord,site=m", "m15", "|own|aile=nord"),
            ("tariff,etage=haut,register=HP,site=m", "m15", "register=HP|own|etage=haut"),
            (
                "meter,device=a,etage=haut,role=import,room=b,site=m,source=s", "raw",
                "device=a,role=import,room=b|own|etage=haut"
            ),
            ("own,room=b,site=m", "raw", "room=b|own|"),
            ("register,chain=0f,kind=begin,site=m", "day", "chain=0f,kind=begin|own|"),
        ]
    )
    func tags(_ key: String, _ policy: String, _ expected: String) {
        let found = texts(rows("\(key) f=1 7", policy: policy))
        #expect(found[7...9].map { $0.dropFirst(2).dropLast(2) }.joined(separator: "|") == expected)
    }

    @Test("of two rows of the same for one time the last one counts, as in InfluxDB")
    func twice() {
        let found = rows("energy,site=m a=1,b=1 900\nenergy,site=m a=2 900\nenergy,site=m a=3 0\n", policy: "day")
        let texts = texts(found)
        #expect(Set(texts[1].dropFirst().dropLast().split(separator: ",")) == ["0", "900"])
        #expect(texts[0].count == texts[2].count)
        let pairs = zip(
            texts[1].dropFirst().dropLast().split(separator: ","),
            texts[2].dropFirst().dropLast().split(separator: ",")
        )
        #expect(Set(pairs.map { "\($0) \($1)" }) == ["900 2", "900 1", "0 3"])
    }

    @Test(
        "times of other units become seconds",
        arguments: [
            (Precision.milliseconds, "1500", "1.500"), (.milliseconds, "-1", "-0.001"),
            (.nanoseconds, "1795953600000000001", "1795953600.000000001"), (.microseconds, "7", "0.000007"),
        ]
    )
    func precision(_ precision: Precision, _ time: String, _ seconds: String) {
        #expect(texts(rows("a f=1 \(time)\n", precision: precision))[1] == "{\(seconds)}")
    }

    @Test(
        "a line that cannot be read is set aside alone, and none of its fields is there",
        arguments: [
            "b f=1", "b f=1,g= 7", "b f=1,g=nan 7", "b f=1,g=\"x 7", "b\u{0} f=1 7", "b 7", "f", ",x=1 f=1 7",
            "b f=1,=2 7",
        ]
    )
    func unreadable(_ line: String) {
        let found = rows("a f=1 5\n\(line)\na f=2 6\n")
        #expect(found.unreadable == [line])
        #expect(texts(found)[2] == "{1,2}" && texts(found)[1] == "{5,6}")
    }

    @Test("a batch without lines has no rows")
    func empty() { #expect(rows("").isEmpty && rows("\n\n").isEmpty) }
}

/// What becomes of a batch by the SQLSTATE of the answer.
struct PostgresResponseTests {
    @Test(
        "only a value that can never be taken is refused",
        arguments: [
            ("", "kept"), ("08006", "kept"), ("57P01", "kept"), ("53100", "kept"), ("53300", "kept"), ("40001", "kept"),
            ("40P01", "kept"), ("55P03", "kept"), ("57014", "kept"), ("25006", "kept"), ("XX000", "kept"),
            ("28P01", "slowly"), ("3D000", "slowly"), ("42P01", "slowly"), ("42501", "slowly"), ("42703", "slowly"),
            ("23514", "refused"), ("22021", "refused"), ("22003", "refused"), ("23502", "refused"),
        ]
    )
    func states(_ state: String, _ fate: String) {
        let failure = PostgresConnection.Failure(state: state, description: "words")
        switch PostgresResponse.delivery(failure, server: "S", output: "hoster") {
        case .postponed(let reason, let pause):
            #expect(fate == (pause == nil ? "kept" : "slowly") && reason.contains("words"))
            if fate == "slowly", state.prefix(2) != "28" {
                #expect(reason.contains("boxenergie provision --output hoster"))
            }
        case .rejected: #expect(fate == "refused")
        case .accepted, .misaddressed, .split: Issue.record("\(state)")
        }
    }

    @Test("a refusal before there was a row is no row's fault")
    func greeting() {
        var failure = PostgresConnection.Failure(state: "22023", description: "words")
        failure.isOfRows = false
        let delivery = PostgresResponse.delivery(failure, server: "S", output: "hoster")
        #expect(delivery == .postponed(reason: "S: words", retryAfter: nil))
    }
}
