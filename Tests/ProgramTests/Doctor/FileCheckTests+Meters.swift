import Foundation
import MeterCore
import MeterIO
import Testing

@testable import boxenergie

/// The configuration, and what the meters say.
extension FileCheckTests {
    static let configuration = [
        Case("right", ConfigurationCheck(), .ok, "names 1 source"),
        Case("no meter", ConfigurationCheck(), .wrong, "it names no meter", [:], "[influx]\n"),
        Case("a mistake", ConfigurationCheck(), .wrong, "boxenergie.toml:2: ", [:], "[influx]\nurll = 1\n"),
        Case("none", ConfigurationCheck(), .wrong, "no configuration at /none") { $0 = Patient("/none") },
    ]

    static let readings = [
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
            "sends together what waits on purpose",
            DaemonCheck(),
            .ok,
            "the last 10 min ago",
            [:],
            "[output.central]\ntype = \"influx\"\nurl = \"http://127.0.0.1:1\"\nsend_every = \"1h\"\n",
            running { report in
                report.outputs["central"] = report.outputs["influx"]
                report.outputs["central"]?.lastWritten = report.time - 600
                report.outputs["central"]?.waitingBatches = 7
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

    static let sources = [
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
            "strange labels",
            SourceCheck(),
            .note,
            "what boxenergie does not know: NEW (41 times)",
            [:],
            nil,
            running { report in
                report.sources["linky"]?.quality = ["groups": 2000, "unknown label NEW": 41, "unknown label PAP0": 2]
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
            "an inverter that has slept since the start",
            SourceCheck(),
            .ok,
            "as inverters are without sun",
            [:],
            inverter
        ) { patient in
            var report = StatusReport.healthy(at: 1_768_345_200)
            report.sources = ["solaire": .init()]
            report.sources["solaire"]?.state = "asleep"
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

    static let linky = "[source.linky]\ntype = \"teleinfo\"\ndevice = \"/dev/ttyAMA0\"\n"

    /// A running program, changed.
    static func running(
        _ change: @escaping @Sendable (inout StatusReport) -> Void
    ) -> @Sendable (inout Patient) -> Void {
        { patient in
            var report = StatusReport.healthy(at: patient.now)
            change(&report)
            patient.report = report
        }
    }
}
