import Foundation
import MeterCore
import MeterIO

@testable import boxenergie

/// A box of files that a check may look at, in a folder of its own.
final class SickBox {
    private let installation: Installation
    let machine: Machine

    init() throws {
        installation = try Installation()
        machine = Machine(root: installation.folder + "/root")
        try FileManager.default.createDirectory(atPath: machine.root, withIntermediateDirectories: true)
        // The folders that are there on every machine.
        try write("/proc/self/mounts", "/dev/mmcblk0p2 / ext4 rw,noatime 0 0\n")
    }

    /// Puts a program there that prints a text.
    ///
    /// A script that was just written may be busy still, when another test starts a program at the same time.
    func install(_ path: String, saying text: String) throws {
        try write(path + ".says", text)
        try write(path, "-> \(Installation.root)/Tests/peers/says")
    }

    /// Writes a file; `-> name` makes a link.
    func write(_ path: String, _ text: String, mode: Int? = nil) throws {
        let path = machine.root + path
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        if text.hasPrefix("-> ") {
            let target = String(text.dropFirst(3))
            if (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) == target { return }
            return try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
        }
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: mode ?? 0o644], ofItemAtPath: path)
    }

    /// The box with a configuration that reads a Linky at a device, without a running program.
    func patient(_ configuration: String? = nil) throws -> Patient {
        let linky = "[source.linky]\ntype = \"teleinfo\"\ndevice = \"/dev/ttyAMA0\"\n"
        let file = installation.folder + "/boxenergie.toml"
        try (configuration ?? linky).write(toFile: file, atomically: true, encoding: .utf8)
        var patient = Patient(file, machine: machine)
        patient.report = nil
        patient.clock.isSynchronized = true
        return patient
    }
}

extension StatusReport {
    /// A program that has been running for two days, whose Linky was read ten seconds ago.
    static func healthy(at now: Int64) -> StatusReport {
        var linky = SourceStatus.Snapshot()
        linky.state = "reading"
        linky.reads = 100_000
        linky.lastReading = now - 10
        linky.quality = ["frames": 100_000, "groups": 4_000_000, "bad checksum": 12]
        return StatusReport(
            time: now,
            clock: Clock(basis: "box", jumps: 0, readingsWaiting: 0, readingsLost: 0),
            startedAt: now - 172_800,
            starts: 3,
            card: Card(),
            sources: ["linky": linky],
            outputs: [
                "influx": Output(
                    server: "InfluxDB at 127.0.0.1:8086",
                    pointsWritten: 1000,
                    pointsRefused: 0,
                    pointsLost: 0,
                    requests: 100,
                    failures: 0,
                    lastWritten: now - 9,
                    waitingBatches: 0,
                    spoolBytes: 0
                )
            ]
        )
    }
}
