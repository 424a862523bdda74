import Foundation
import MeterCore
import MeterIO
import Testing

@testable import boxenergie

/// The machine under it: ports, clock, card, journal and backups.
extension FileCheckTests {
    static let inverter = "[source.solaire]\ntype = \"aurora\"\ndevice = \"/dev/ttyUSB0\"\n"

    static let ports = [
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

    static let clocks = [
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
        Case(
            "the meter's is wrong",
            ClockCheck(),
            .note,
            "60 min ahead of the box's",
            [:],
            nil,
            running { $0.clock.meterSecondsAhead = 3600 }
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

    static let card = [
        "/sys/block/mmcblk0/stat": "  9 0 9 0 9 0 20971520 0 0 0 0", "/proc/uptime": "864000.12 1.0",
    ]

    static let cards = [
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

    static let journals = [
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

    static let machines = [
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

    static let backups = [
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

    static let whole = [
        "/var/backups/boxenergie/boxenergie-20261113T020000Z/SHA256SUMS": "",
        "/var/backups/boxenergie/boxenergie-20261120T020000Z/SHA256SUMS": "",
    ]

    /// Two hours after two in the morning of a day.
    static func at(_ day: String) -> @Sendable (inout Patient) -> Void {
        { patient in
            let format = DateFormatter()
            format.dateFormat = "yyyyMMdd HH:mm"
            format.timeZone = TimeZone(identifier: "UTC")
            let date = format.date(from: day + " 04:00") ?? .distantPast
            patient.clock.wall = Timestamp(seconds: Int64(date.timeIntervalSince1970))
        }
    }
}
