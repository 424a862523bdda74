import Foundation
import MeterCore
import Testing

@testable import boxenergie

/// The checks that ask programs and servers.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct AskingCheckTests {
    private let box: SickBox

    init() throws {
        MainLoop.start()
        box = try SickBox()
    }

    private func expect(_ findings: [Finding], _ grade: Finding.Grade, _ text: String) {
        #expect(
            findings.contains { $0.grade == grade && "\($0.subject): \($0.sentence)".contains(text) },
            "\(grade) \(text): \(findings)"
        )
        for finding in findings { #expect(finding.advice.isEmpty == (finding.grade == .ok), "\(finding)") }
    }

    // MARK: - systemd

    @Test(
        "what systemd says of a service is said in plain words",
        arguments: [
            ("loaded", "active", "running", "enabled", "0", Finding.Grade.ok, "it runs, and starts by itself"),
            (
                "loaded", "active", "running", "disabled", "0", .wrong,
                "it runs, but would not be started after a power cut"
            ),
            ("loaded", "active", "running", "enabled", "7", .note, "it runs, but had to be started again 7 times"),
            ("loaded", "inactive", "dead", "enabled", "0", .wrong, "it is stopped"),
            ("loaded", "failed", "failed", "enabled", "0", .wrong, "it has failed"),
            ("loaded", "activating", "auto-restart", "enabled", "4", .wrong, "it ends again and again"),
            ("loaded", "activating", "start", "enabled", "0", .note, "it is being started"),
            ("masked", "inactive", "dead", "masked", "0", .wrong, "it is forbidden to run"),
            ("not-found", "inactive", "dead", "", "0", .note, "it is not installed"),
        ]
    )
    func services(_ state: (String, String, String, String, String, Finding.Grade, String)) async throws {
        let (load, active, inner, file, restarts, grade, text) = state
        try box.write("/run/systemd/system/x", "")
        try box.install(
            "/usr/bin/systemctl",
            saying: """
                Id=boxenergie.service
                LoadState=\(load)
                ActiveState=\(active)
                SubState=\(inner)
                UnitFileState=\(file)
                NRestarts=\(restarts)

                Id=boxenergie-backup.timer
                LoadState=loaded
                ActiveState=active
                SubState=waiting
                UnitFileState=enabled
                """
        )
        let findings = await ServiceCheck().ask(try box.patient())
        expect(findings, grade, "boxenergie.service: \(text)")
        expect(findings, .ok, "boxenergie-backup.timer: it waits for its hour")
    }

    @Test("a systemctl that says nothing or hangs is said, and so is a machine without systemd")
    func noAnswer() async throws {
        expect(await ServiceCheck().ask(try box.patient()), .note, "it does not run here")
        try box.write("/run/systemd/system/x", "")
        try box.write("/usr/bin/systemctl", "-> /bin/false")
        expect(await ServiceCheck().ask(try box.patient()), .note, "systemctl does not say")
        try box.write("/usr/bin/hang", "-> /bin/sleep")
        #expect(await box.machine.answer(of: ["/usr/bin/hang", "1000"], within: .milliseconds(300)) == nil)
        try box.write("/usr/bin/quick", "-> /bin/echo")
        #expect(await box.machine.answer(of: ["/usr/bin/quick", "whole"]) == "whole\n")
    }

    // MARK: - Power

    @Test(
        "a Pi's flags are told apart",
        arguments: [
            ("throttled=0x0", Finding.Grade.ok, "was right since the start"),
            ("throttled=0x50000", .note, "too low at times"),
            ("throttled=0x50005", .wrong, "too low right now"),
        ]
    )
    func power(_ answer: String, _ grade: Finding.Grade, _ text: String) async throws {
        try box.install("/usr/bin/vcgencmd", saying: "\(answer)\n")
        expect(await PowerCheck().ask(try box.patient()), grade, text)
    }

    @Test("the kernel's alarm is enough, and a machine that has neither says nothing")
    func voltageAlarm() async throws {
        #expect(await PowerCheck().ask(try box.patient()).isEmpty)
        try box.write("/sys/class/hwmon/hwmon1/name", "rpi_volt\n")
        try box.write("/sys/class/hwmon/hwmon1/in0_lcrit_alarm", "0\n")
        expect(await PowerCheck().ask(try box.patient()), .ok, "the voltage is right")
        try box.write("/sys/class/hwmon/hwmon1/in0_lcrit_alarm", "1\n")
        expect(await PowerCheck().ask(try box.patient()), .wrong, "too low right now")
        try box.write("/sys/class/hwmon/hwmon1/in0_lcrit_alarm", "0\n")
        try box.write("/sys/devices/platform/soc/soc:firmware/get_throttled", "10000\n")
        expect(await PowerCheck().ask(try box.patient()), .note, "too low at times")
    }

    // MARK: - Grafana

    private func patient(_ peer: HTTPPeer) throws -> Patient {
        var patient = try box.patient()
        patient.grafana = "http://\(peer.host)"
        return patient
    }

    @Test("Grafana's health is what it says itself")
    func grafana() async throws {
        let peer = try HTTPPeer()
        var patient = try patient(peer)
        try peer.serve("/api/health", ["body": #"{"commit":"x","database":"ok","version":"12.3.0"}"#])
        expect(await GrafanaCheck().ask(patient), .ok, "version 12.3.0 answers")
        try peer.serve("/api/health", ["body": #"{"database":"failing","version":"12.3.0"}"#, "status": 503])
        expect(await GrafanaCheck().ask(patient), .wrong, "its own database says: failing")
        try peer.serve("/api/health", ["body": "<html>It works!</html>"])
        expect(await GrafanaCheck().ask(patient), .wrong, "something else answers there")
        patient.grafana = "http://127.0.0.1:1"
        expect(await GrafanaCheck().ask(patient), .note, "it is not installed")
        try box.write("/usr/share/boxenergie/install.sh", "")
        let advice = await GrafanaCheck().ask(patient).flatMap(\.advice)
        #expect(advice == ["For the dashboards, install it: sudo /usr/share/boxenergie/install.sh"])
        try box.write("/usr/lib/systemd/system/grafana-server.service", "")
        expect(await GrafanaCheck().ask(patient), .wrong, "127.0.0.1:1")
    }

    @Test("Grafana is asked where its settings say that it listens")
    func grafanaPort() throws {
        #expect(try box.patient().grafana == "http://127.0.0.1:3000")
        try box.write(
            "/etc/grafana/grafana.ini",
            "[server]\n;http_port = 1\nhttp_port = 8081\n[smtp]\nhttp_port = 25\n"
        )
        #expect(try box.patient().grafana == "http://127.0.0.1:8081")
    }

    @Test("the dashboards must be on the disk and known to Grafana, which must reach the database")
    func dashboards() async throws {
        let peer = try HTTPPeer()
        let patient = try patient(peer)
        #expect(await DashboardCheck().ask(patient).isEmpty)
        try box.write("/usr/share/grafana/VERSION", "12")
        expect(await DashboardCheck().ask(patient), .wrong, "there are none in /usr/share/boxenergie/dashboards")
        for name in ["mois", "tension"] { try box.write("\(DashboardCheck.folder)/boxenergie-\(name).json", "{}") }
        expect(await DashboardCheck().ask(patient), .note, "is not there or empty")
        try box.write(DashboardCheck.passwordFile, "secret\n")

        let search = "/api/search", health = "/api/datasources/uid/boxenergie-influxdb/health"
        let both = #"[{"uid":"boxenergie-mois","title":"Mois"},{"uid":"boxenergie-tension"},{"uid":"other"}]"#
        try peer.serve(search, ["body": both, "basic": "admin:secret"])
        try peer.serve(health, ["body": #"{"status":"OK","message":"3 measurements found"}"#, "basic": "admin:secret"])
        let well = await DashboardCheck().ask(patient)
        expect(well, .ok, "2 are in")
        expect(well, .ok, "Grafana knows them all")
        expect(well, .ok, "Grafana reaches it")
        #expect(try peer.requests().contains { $0.path == "/api/search?type=dash-db&limit=1000" })

        try peer.serve(search, ["body": #"[{"uid":"boxenergie-mois"}]"#])
        try peer.serve(health, ["body": #"{"status":"ERROR","message":"connection refused"}"#, "status": 400])
        let ill = await DashboardCheck().ask(patient)
        expect(ill, .wrong, "Grafana does not know boxenergie-tension")
        expect(ill, .wrong, "Grafana does not reach it: connection refused")

        try peer.serve(search, ["body": "{}", "status": 500])
        try peer.serve(health, ["body": #"{"message":"Data source not found"}"#, "status": 404])
        let worse = await DashboardCheck().ask(patient)
        expect(worse, .wrong, "Grafana answers 500 and no list")
        expect(worse, .wrong, "Grafana was not told of it")

        for path in [search, health] { try peer.serve(path, ["body": "{}", "basic": "admin:another"]) }
        let stranger = await DashboardCheck().ask(patient)
        expect(stranger, .note, "does not take the password")
        #expect(stranger.flatMap(\.advice).contains { $0.hasSuffix("grafana/reset-password") })
    }

    // MARK: - The database

    @Test("a server that cannot be used is told apart from one that is away")
    func database() async throws {
        let peer = try HTTPPeer()
        let patient = try box.patient("[influx]\nurl = \"http://\(peer.host)\"\n")
        expect(await DatabaseCheck().ask(patient), .wrong, "is not an InfluxDB server")
        try peer.serve("/ping", ["headers": ["X-Influxdb-Version": "1.8.10"], "status": 204])
        try peer.serve("/write", ["status": 413])
        expect(await DatabaseCheck().ask(patient), .wrong, "not even an empty write")
        let away = try box.patient("[influx]\nurl = \"http://127.0.0.1:1\"\n")
        expect(await DatabaseCheck().ask(away), .wrong, "InfluxDB at http://127.0.0.1:1")
        let secret = "[influx]\nurl = \"http://\(peer.host)\"\nusername = \"w\"\npassword_file = \"/none\"\n"
        expect(await DatabaseCheck().ask(try box.patient(secret)), .wrong, "the secret file /none cannot be read")
        let credential = "[influx]\nurl = \"http://\(peer.host)\"\nusername = \"w\"\n"
        expect(await DatabaseCheck().ask(try box.patient(credential)), .note, "only the service sees the password")
    }

    /// Words of InfluxDB, what they mean, and a word of the advice.
    static let sicknesses = [
        (
            "partial write: write /var/lib/influxdb/data/d/_series/03/0000: no space left on device dropped=500",
            "it still says that its disk is full, though", "sudo systemctl restart influxdb"
        ),
        (
            "[shard 12] cannot read corrupt file /x/000000009-000000001.tsm: can only read from tsm file",
            "(shard 12, some days of one policy) is damaged", "-name 12"
        ),
        (
            #"[shard 4] proto: field "tsdb.MeasurementFields.Name" contains invalid UTF-8"#,
            "(shard 4, some days of one policy) is damaged", "influx/restore"
        ),
        (
            "engine: cache-max-memory-size exceeded: (1073741900/1073741824)",
            "it does not get what it needs", "influxdb.env"
        ),
        ("write /var/lib/influxdb/wal/1: read-only file system", "it cannot write its files", "SD card"),
    ]

    @Test("a sickness that the server's last answer tells of is named, with what to do", arguments: sicknesses)
    func sick(_ words: String, _ meaning: String, _ advice: String) async throws {
        let peer = try HTTPPeer()
        try peer.serve("/ping", ["headers": ["X-Influxdb-Version": "1.6.7"], "status": 204])
        try peer.serve("/write", ["status": 204])
        try box.write("/var/lib/influxdb/x", "")
        var patient = try box.patient("[influx]\nurl = \"http://\(peer.host)\"\n")
        var report = StatusReport.healthy(at: patient.now)
        report.outputs["influx"]?.lastError = "InfluxDB at x answered 500: \(words)"
        report.outputs["influx"]?.lastErrorAt = patient.now - 5
        patient.report = report
        let findings = await DatabaseCheck().ask(patient)
        expect(findings, .wrong, meaning)
        #expect(findings.flatMap(\.advice).contains { $0.contains(advice) }, "\(findings)")
        // It was long ago, and readings were taken since.
        report.outputs["influx"]?.lastErrorAt = patient.now - 500
        patient.report = report
        #expect(await DatabaseCheck().ask(patient).allSatisfy { $0.grade == .ok })
    }

    @Test("of another version than 1.x is said that it is one", arguments: ["2.7.1", "v2.7.1", "0.9.6", "3.0.0"])
    func version(_ version: String) async throws {
        let peer = try HTTPPeer()
        try peer.serve("/ping", ["headers": ["X-Influxdb-Version": version], "status": 204])
        try peer.serve("/write", ["status": 204])
        let patient = try box.patient("[influx]\nurl = \"http://\(peer.host)\"\n")
        expect(await DatabaseCheck().ask(patient), .wrong, "version \(version) answers, and boxenergie is made for 1.x")
    }

    @Test(
        "the reason for which InfluxDB does not stay up is found in its journal",
        arguments: [
            ("oom-kill", "", "it does not get what it needs"),
            ("signal", "fatal error: runtime: out of memory", "it does"),
            ("exit-code", "run: open server: open tsdb store: incompatible tsi1 index MANIFEST", "another version"),
            ("exit-code", "lvl=info msg=\"Failed to open shard\" db_shard_id=7 error=\"unexpected EOF\"", "(shard 7,"),
        ]
    )
    func start(_ result: String, _ journal: String, _ meaning: String) async throws {
        try box.write("/run/systemd/system/x", "")
        try box.install(
            "/usr/bin/systemctl",
            saying: """
                Id=influxdb.service
                LoadState=loaded
                ActiveState=activating
                SubState=auto-restart
                UnitFileState=enabled
                NRestarts=9
                Result=\(result)
                """
        )
        try box.install("/usr/bin/journalctl", saying: journal + "\n")
        let findings = await ServiceCheck().ask(try box.patient())
        expect(findings, .wrong, "it ends again and again")
        expect(findings, .wrong, meaning)
    }

    @Test("a server that takes requests and never answers keeps nobody waiting")
    func hangs() async throws {
        let peer = try HTTPPeer()
        try peer.serve("/ping", ["wait": 3600])
        let patient = try box.patient("[influx]\nurl = \"http://\(peer.host)\"\n")
        let checks: [any HealthCheck] = [DatabaseCheck(), BackupCheck()]
        let results = await Examination(checks: checks, limit: .milliseconds(500)).run(on: patient)
        expect(results[0].findings, .wrong, "what was asked does not answer")
        expect(results[1].findings, .note, "there is none yet")
    }

    @Test("the password that systemd keeps for the service is used where this user may read it")
    func credential() async throws {
        let peer = try HTTPPeer()
        try peer.serve("/ping", ["headers": ["X-Influxdb-Version": "1.8.10"], "status": 204])
        try peer.serve("/write", ["status": 204, "basic": "w:from systemd"])
        try box.write("/run/credentials/boxenergie.service/influx-password", "from systemd\n")
        let patient = try box.patient("[influx]\nurl = \"http://\(peer.host)\"\nusername = \"w\"\n")
        expect(await DatabaseCheck().ask(patient), .ok, "the user w may write")
    }

    @Test(
        "who listens is read from the kernel's table, and this machine itself is not others",
        arguments: [
            ("0100007F:1F96", false), ("00000000:1F96", true), ("0A00A8C0:1F96", true), ("0200107F:1F96", false),
            ("00000000000000000000000001000000:1F96", false), ("00000000000000000000000000000000:1F96", true),
            ("0000000000000000FFFF00000100007F:1F96", false), ("0000000000000000FFFF00000A00A8C0:1F96", true),
        ]
    )
    func listeners(_ address: String, _ isOpen: Bool) throws {
        let head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"
        let file = address.count > 13 ? "tcp6" : "tcp"
        let rest = address.count > 13 ? "00000000000000000000000000000000:0000" : "00000000:0000"
        let connected = "   1: 0A00A8C0:1F97 0B00A8C0:A123 01 00000000:00000000 00:00000000 00000000     0\n"
        let line = "   0: \(address) \(rest) 0A 00000000:00000000 00:00000000 00000000     0\n"
        try box.write("/proc/net/\(file)", head + line + connected)
        #expect(ListenerCheck.listeners(box.machine) == (isOpen ? [8086] : []))
    }
}
