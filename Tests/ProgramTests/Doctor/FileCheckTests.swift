import Foundation
import MeterCore
import MeterIO
import Testing

@testable import boxenergie

/// Each check of files on a box that is well and on one that is not.
@Suite struct FileCheckTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var check: any FileCheck
        var expected: (Finding.Grade, String)
        var files: [String: String] = [:]
        var configuration: String?
        var change: @Sendable (inout Patient) -> Void = { _ in }

        init(
            _ name: String,
            _ check: any FileCheck,
            _ grade: Finding.Grade,
            _ text: String,
            _ files: [String: String] = [:],
            _ configuration: String? = nil,
            _ change: @escaping @Sendable (inout Patient) -> Void = { _ in }
        ) {
            (self.name, self.check, expected) = (name, check, (grade, text))
            (self.files, self.configuration, self.change) = (files, configuration, change)
        }

        var testDescription: String { "\(type(of: check)): \(name)" }
    }

    @Test("a check says how it is and, where it is not well, what to do", arguments: cases)
    func judges(_ example: Case) throws {
        let box = try SickBox()
        for (path, text) in example.files { try box.write(path, text) }
        var patient = try box.patient(example.configuration)
        example.change(&patient)
        let findings = example.check.look(at: patient)
        let (grade, text) = example.expected
        #expect(
            findings.contains { $0.grade == grade && "\($0.subject): \($0.sentence)".contains(text) },
            "\(findings)"
        )
        // What is well hides nothing that is not.
        let worst = findings.contains { $0.grade == .wrong } ? Finding.Grade.wrong : grade
        #expect(worst == grade, "\(findings)")
        for finding in findings { #expect(finding.advice.isEmpty == (finding.grade == .ok), "\(finding)") }
    }

    @Test("a machine that does not tell something is not called ill for it")
    func silent() throws {
        let patient = try SickBox().patient()
        let checks: [any FileCheck] = [
            PasswordFileCheck(), SourceCheck(), CardFaultCheck(), CardWriteCheck(), JournalCheck(), TemperatureCheck(),
            MemoryCheck(), SpoolCheck(),
        ]
        for check in checks { #expect(check.look(at: patient).isEmpty, "\(check)") }
    }

    @Test("files with passwords are for their owners")
    func passwords() throws {
        let box = try SickBox()
        try box.write("/etc/boxenergie/a.password", "x", mode: 0o600)
        let patient = try box.patient()
        #expect(PasswordFileCheck().look(at: patient).map(\.grade) == [.ok])
        try box.write("/etc/boxenergie/b.password", "x", mode: 0o640)
        #expect(PasswordFileCheck().look(at: patient).map(\.grade) == [.note])
        try box.write("/etc/boxenergie/c.password", "x", mode: 0o604)
        let findings = PasswordFileCheck().look(at: patient)
        #expect(findings.map(\.grade) == [.note, .wrong])
        #expect(findings.last?.advice == ["Close it: sudo chmod o= /etc/boxenergie/c.password"])
        try box.write("/etc/boxenergie/grafana-influx.pass", "x", mode: 0o640)
        #expect(PasswordFileCheck().look(at: patient).count == 2, "Grafana may read its own by its group")
        try box.write("/etc/boxenergie/grafana-influx.pass", "x", mode: 0o644)
        #expect(PasswordFileCheck().look(at: patient).map(\.grade) == [.note, .wrong, .wrong])
    }

    @Test("a full disk is wrong, a filling one is to note, and room for names counts, too")
    func space() {
        func judge(_ free: Int64, _ size: Int64, _ freeFiles: Int64 = 0, _ files: Int64 = 0) -> [Finding.Grade] {
            DiskSpaceCheck.judge("/", .init(free: free, size: size, freeFiles: freeFiles, files: files)).map(\.grade)
        }
        #expect(judge(20_000_000_000, 32_000_000_000) == [.ok])
        #expect(judge(2_000_000_000, 32_000_000_000) == [.note])
        #expect(judge(190_000_000, 1_000_000_000) == [.wrong])
        #expect(judge(20_000_000_000, 32_000_000_000, 90_000, 2_000_000) == [.ok, .note])
        #expect(judge(20_000_000_000, 32_000_000_000, 900, 2_000_000) == [.ok, .wrong])
    }

    @Test("a check that hangs is named and hides no other")
    func hangs() async throws {
        struct Hanging: FileCheck {
            let group = Finding.Group.card
            let end: DispatchSemaphore
            func look(at patient: Patient) -> [Finding] {
                end.wait()
                return []
            }
        }
        MainLoop.start()
        let end = DispatchSemaphore(value: 0)
        defer { end.signal() }
        let checks: [any HealthCheck] = [Hanging(end: end), BackupCheck()]
        let results = await Examination(checks: checks, limit: .milliseconds(500)).run(on: try SickBox().patient())
        #expect(results.map(\.group) == [.card, .backup])
        #expect(results[0].findings.map(\.grade) == [.wrong])
        #expect(results[0].findings[0].sentence.contains("Hanging"))
        #expect(results[1].findings.map(\.subject) == ["backup"])
    }

    private static let linky = "[source.linky]\ntype = \"teleinfo\"\ndevice = \"/dev/ttyAMA0\"\n"

    /// A running program, changed.
    private static func running(
        _ change: @escaping @Sendable (inout StatusReport) -> Void
    ) -> @Sendable (inout Patient) -> Void {
        { patient in
            var report = StatusReport.healthy(at: patient.now)
            change(&report)
            patient.report = report
        }
    }

    static let cases = configuration + readings + sources + ports + clocks + cards + journals + machines + backups

    private static let configuration = [
        Case("right", ConfigurationCheck(), .ok, "names 1 source"),
        Case("no meter", ConfigurationCheck(), .wrong, "it names no meter", [:], "[influx]\n"),
        Case("a mistake", ConfigurationCheck(), .wrong, "boxenergie.toml:2: ", [:], "[influx]\nurll = 1\n"),
        Case("none", ConfigurationCheck(), .wrong, "no configuration at /none") { $0 = Patient("/none") },
    ]

    private static let readings = [
        Case("runs", DaemonCheck(), .ok, "it has been running for 2 days", [:], nil, running { _ in }),
        Case("does not run", DaemonCheck(), .wrong, "no running boxenergie answers"),
        Case(
            "cannot send",
            DaemonCheck(),
            .wrong,
            "for 10 min; 7 batches wait: refused",
            [:],
            nil,
            running { report in
                report.outputs["influx"]?.lastWritten = report.time - 600
                report.outputs["influx"]?.waitingBatches = 7
                report.outputs["influx"]?.lastError = "refused"
            }
        ),
        Case(
            "nearly no room",
            DaemonCheck(),
            .wrong,
            "is nearly full (190 MB)",
            [:],
            nil,
            running { report in
                report.outputs["influx"]?.spoolBytes = 190_000_000
            }
        ),
        Case(
            "lost some",
            DaemonCheck(),
            .note,
            "5 points were lost",
            [:],
            nil,
            running { report in
                report.outputs["influx"]?.pointsLost = 5
            }
        ),
        Case(
            "sent nothing yet",
            DaemonCheck(),
            .note,
            "nothing was sent yet",
            [:],
            nil,
            running { report in
                report.outputs["influx"]?.lastWritten = nil
            }
        ),
        Case(
            "refused lines",
            SpoolCheck(),
            .note,
            "the last reason: partial write",
            [
                "/var/lib/boxenergie/spool/influx/refused.lp":
                    "# 1 database=b policy=raw precision=s: partial write\nm f=1 1\n"
            ]
        ),
        Case(
            "what could not be read",
            SpoolCheck(),
            .note,
            "that could not be read again was set aside",
            ["/var/lib/boxenergie/spool/influx/0000000000000001.spool.bad": "x"]
        ),
    ]

    private static let sources = [
        Case("speaks", SourceCheck(), .ok, "linky: it was read 10 s ago", [:], nil, running { _ in }),
        Case("clear", SourceCheck(), .ok, "0.0 % of what comes is damaged", [:], nil, running { _ in }),
        Case(
            "noise",
            SourceCheck(),
            .note,
            "4.8 % of what comes is damaged",
            [:],
            nil,
            running { report in
                report.sources["linky"]?.quality = ["groups": 2000, "bad checksum": 60, "bad parity": 40]
            }
        ),
        Case(
            "a bad line",
            SourceCheck(),
            .wrong,
            "33.3 % of what comes is damaged",
            [:],
            nil,
            running { report in
                report.sources["linky"]?.quality = ["groups": 2000, "bad value": 1000]
            }
        ),
        Case(
            "silent",
            SourceCheck(),
            .wrong,
            "silent for 2 h: nothing comes",
            [:],
            nil,
            running { report in
                report.sources["linky"]?.lastReading = report.time - 7300
                report.sources["linky"]?.lastError = "nothing comes"
            }
        ),
        Case(
            "silent just now",
            SourceCheck(),
            .note,
            "60 s ago, and cannot be read just now: gone",
            [:],
            nil,
            running { report in
                report.sources["linky"]?.lastReading = report.time - 60
                report.sources["linky"]?.state = "waiting"
                report.sources["linky"]?.lastError = "gone"
            }
        ),
        Case(
            "never spoke",
            SourceCheck(),
            .wrong,
            "it has never spoken: nothing comes",
            [:],
            nil,
            running { report in
                report.sources["linky"]?.lastReading = nil
                report.sources["linky"]?.lastError = "nothing comes"
            }
        ),
        Case(
            "just started",
            SourceCheck(),
            .note,
            "not spoken since the start",
            [:],
            nil,
            running { report in
                report.sources["linky"]?.lastReading = nil
                report.startedAt = report.time - 30
            }
        ),
        Case(
            "unknown",
            SourceCheck(),
            .wrong,
            "does not know this source yet",
            [:],
            nil,
            running { report in
                report.sources = [:]
            }
        ),
        Case(
            "an inverter at night",
            SourceCheck(),
            .ok,
            "as inverters are without sun",
            [:],
            "[site]\nlatitude = 48.0\nlongitude = 2.0\n" + inverter
        ) { patient in
            // Midnight in January, then.
            var report = StatusReport.healthy(at: 1_768_345_200)
            report.sources = ["solaire": report.sources["linky"] ?? .init()]
            report.sources["solaire"]?.lastReading = report.time - 20_000
            patient.report = report
        },
        Case(
            "an inverter by day",
            SourceCheck(),
            .wrong,
            "silent for 5 h",
            [:],
            "[site]\nlatitude = 48.0\nlongitude = 2.0\n" + inverter
        ) { patient in
            var report = StatusReport.healthy(at: 1_768_345_200 + 12 * 3600)
            report.sources = ["solaire": report.sources["linky"] ?? .init()]
            report.sources["solaire"]?.lastReading = report.time - 20_000
            patient.report = report
        },
    ]

    private static let inverter = "[source.solaire]\ntype = \"aurora\"\ndevice = \"/dev/ttyUSB0\"\n"

    private static let ports = [
        Case(
            "free",
            SerialPortCheck(),
            .ok,
            "free for the meter",
            ["/dev/ttyAMA0": "", "/boot/firmware/cmdline.txt": "console=tty1 root=/dev/mmcblk0p2"]
        ),
        Case(
            "the console",
            SerialPortCheck(),
            .wrong,
            "its own messages to this port",
            [
                "/dev/ttyAMA0": "", "/dev/serial0": "-> ttyAMA0",
                "/boot/firmware/cmdline.txt": "console=serial0,115200 console=tty1",
            ]
        ),
        Case(
            "the console of an older system",
            SerialPortCheck(),
            .wrong,
            "its own messages to this port",
            ["/dev/ttyAMA0": "", "/boot/cmdline.txt": "console=ttyAMA0,115200"]
        ),
        Case(
            "Bluetooth",
            SerialPortCheck(),
            .wrong,
            "belongs to the Bluetooth chip",
            ["/dev/ttyAMA0": "", "/dev/serial1": "-> ttyAMA0"]
        ),
        Case(
            "the lesser port",
            SerialPortCheck(),
            .note,
            "knows no parity",
            ["/dev/ttyS0": "", "/dev/serial0": "-> ttyS0"],
            "[source.linky]\ntype = \"teleinfo\"\ndevice = \"/dev/serial0\"\n"
        ),
        Case("off", SerialPortCheck(), .wrong, "is switched off", ["/boot/firmware/config.txt": "arm_64bit=1\n"]),
        Case("on, and absent", SerialPortCheck(), .wrong, "though", ["/boot/firmware/config.txt": "enable_uart=1\n"]),
        Case("a dongle", SerialPortCheck(), .ok, "it is there", ["/dev/ttyUSB0": ""], inverter),
        Case("no dongle", SerialPortCheck(), .wrong, "there is no such device", [:], inverter),
    ]

    private static let clocks = [
        Case("kept right", ClockCheck(), .ok, "kept right by the network"),
        Case("nobody keeps it", ClockCheck(), .wrong, "stands still while it is off") {
            $0.clock.isSynchronized = false
        },
        Case("a battery", ClockCheck(), .note, "may drift") {
            $0.clock.isSynchronized = false
            $0.clock.hasBattery = true
        },
        Case("long past", ClockCheck(), .wrong, "long past") { $0.clock.wall = Timestamp(seconds: 1000) },
        Case(
            "the meter's",
            ClockCheck(),
            .note,
            "the meter's own time",
            [:],
            nil,
            running { $0.clock.basis = "meter" }
        ),
        Case("set by hand", ClockCheck(), .wrong, "nothing confirms", [:], nil, running { $0.clock.basis = "earlier" }),
        Case(
            "not set",
            ClockCheck(),
            .wrong,
            "12 readings wait for a date",
            [:],
            nil,
            running { report in
                report.clock.basis = "unknown"
                report.clock.readingsWaiting = 12
            }
        ),
        Case("lost some", ClockCheck(), .note, "4 readings were lost", [:], nil, running { $0.clock.readingsLost = 4 }),
    ]

    private static let card = [
        "/sys/block/mmcblk0/stat": "  9 0 9 0 9 0 20971520 0 0 0 0", "/proc/uptime": "864000.12 1.0",
    ]

    private static let cards = [
        Case("room", DiskSpaceCheck(), .ok, "are free"),
        Case(
            "read only",
            DiskSpaceCheck(),
            .wrong,
            "can only be read",
            [
                "/proc/self/mounts": "/dev/mmcblk0p2 / ext4 ro,noatime 0 0\n"
            ]
        ),
        Case(
            "the state's own disk",
            DiskSpaceCheck(),
            .wrong,
            "/var/lib/boxenergie: it can only be read",
            [
                "/proc/self/mounts": "/dev/mmcblk0p2 / ext4 rw 0 0\n/dev/sda1 /var/lib/boxenergie ext4 ro 0 0\n"
            ]
        ),
        Case("no fault", CardFaultCheck(), .ok, "no error", ["/sys/fs/ext4/mmcblk0p2/errors_count": "0\n"]),
        Case("faults", CardFaultCheck(), .wrong, "found 3 errors", ["/sys/fs/ext4/mmcblk0p2/errors_count": "3\n"]),
        Case("young", CardFaultCheck(), .ok, "10 to 20 %", ["/sys/block/mmcblk0/device/life_time": "0x01 0x02\n"]),
        Case("old", CardFaultCheck(), .note, "80 to 90 %", ["/sys/block/mmcblk0/device/life_time": "0x01 0x09\n"]),
        Case("used up", CardFaultCheck(), .wrong, "used up", ["/sys/block/mmcblk0/device/life_time": "0x0b 0x0b\n"]),
        Case(
            "no reserve",
            CardFaultCheck(),
            .wrong,
            "used up",
            [
                "/sys/block/mmcblk0/device/life_time": "0x05 0x05\n",
                "/sys/block/mmcblk0/device/pre_eol_info": "0x03\n",
            ]
        ),
        Case("writes little", CardWriteCheck(), .ok, "1.1 GB a day", card),
        Case("writes much", CardWriteCheck(), .note, "5.4 GB a day", card.merging(["/proc/uptime": "172800 1"]) { $1 }),
        Case(
            "writes too much",
            CardWriteCheck(),
            .wrong,
            "10.7 GB a day",
            card.merging(["/proc/uptime": "86400 1"]) { $1 }
        ),
        Case(
            "too early",
            CardWriteCheck(),
            .ok,
            "the next hours will tell",
            card.merging(["/proc/uptime": "600 1"]) { $1 }
        ),
    ]

    private static let journals = [
        Case("in memory", JournalCheck(), .ok, "in memory", ["/run/systemd/system/x": ""]),
        Case(
            "without a limit",
            JournalCheck(),
            .note,
            "a tenth of the card",
            [
                "/run/systemd/system/x": "", "/var/log/journal/x": "", "/etc/systemd/journald.conf": "#SystemMaxUse=\n",
            ]
        ),
        Case(
            "limited",
            JournalCheck(),
            .ok,
            "it takes 50M",
            [
                "/run/systemd/system/x": "", "/var/log/journal/x": "",
                "/etc/systemd/journald.conf": "SystemMaxUse=4G\n",
                "/etc/systemd/journald.conf.d/boxenergie.conf": "[Journal]\nSystemMaxUse=50M\n",
            ]
        ),
    ]

    private static let machines = [
        Case("cool", TemperatureCheck(), .ok, "51 °C", ["/sys/class/thermal/thermal_zone0/temp": "51234\n"]),
        Case("warm", TemperatureCheck(), .note, "74 °C", ["/sys/class/thermal/thermal_zone0/temp": "74000\n"]),
        Case("hot", TemperatureCheck(), .wrong, "81 °C", ["/sys/class/thermal/thermal_zone0/temp": "81000\n"]),
        Case(
            "memory",
            MemoryCheck(),
            .ok,
            "512 MB are free (50 %)",
            [
                "/proc/meminfo": "MemTotal: 1000000 kB\nMemAvailable: 500000 kB\n", "/proc/vmstat": "oom_kill 0\n",
                "/proc/swaps": "Filename Type Size Used Priority\n/dev/zram0 partition 100 50 100\n",
            ]
        ),
        Case(
            "little memory",
            MemoryCheck(),
            .note,
            "(10 %)",
            [
                "/proc/meminfo": "MemTotal: 1000000 kB\nMemAvailable: 100000 kB\n"
            ]
        ),
        Case(
            "no memory",
            MemoryCheck(),
            .wrong,
            "(3 %)",
            [
                "/proc/meminfo": "MemTotal: 1000000 kB\nMemAvailable: 30000 kB\n"
            ]
        ),
        Case(
            "swap on the card",
            MemoryCheck(),
            .note,
            "moved to /var/swap",
            [
                "/proc/swaps": "Filename Type Size Used Priority\n/var/swap file 102396 2048 -2\n"
            ]
        ),
        Case("programs ended", MemoryCheck(), .note, "ended 2 programs", ["/proc/vmstat": "pgfault 9\noom_kill 2\n"]),
    ]

    private static let backups = [
        Case("none", BackupCheck(), .note, "there is none yet"),
        Case(
            "a half one is none",
            BackupCheck(),
            .note,
            "there is none yet",
            [
                "/var/backups/boxenergie/boxenergie-20261120T020000Z/state.tar": ""
            ]
        ),
        Case(
            "a database elsewhere",
            BackupCheck(),
            .note,
            "on another machine, which must save it",
            [:],
            """
            [influx]
            url = "http://192.0.2.1:8086"
            database = "boxenergie"

            [source.linky]
            type = "teleinfo"
            device = "/dev/ttyAMA0"
            """
        ),
        Case("new", BackupCheck(), .ok, "the newest of 2 is 2 days old", whole, nil, at("20261122")),
        Case("old", BackupCheck(), .note, "the newest is 12 days old", whole, nil, at("20261202")),
        Case(
            "old, and a timer",
            BackupCheck(),
            .wrong,
            "though one is made each week",
            whole.merging([
                "/usr/lib/systemd/system/boxenergie-backup.timer": ""
            ]) { $1 },
            nil,
            at("20261202")
        ),
    ]

    private static let whole = [
        "/var/backups/boxenergie/boxenergie-20261113T020000Z/SHA256SUMS": "",
        "/var/backups/boxenergie/boxenergie-20261120T020000Z/SHA256SUMS": "",
    ]

    /// Two hours after two in the morning of a day.
    private static func at(_ day: String) -> @Sendable (inout Patient) -> Void {
        { patient in
            let format = DateFormatter()
            format.dateFormat = "yyyyMMdd HH:mm"
            format.timeZone = TimeZone(identifier: "UTC")
            let date = format.date(from: day + " 04:00") ?? .distantPast
            patient.clock.wall = Timestamp(seconds: Int64(date.timeIntervalSince1970))
        }
    }
}
