import MeterCore
import MeterNotation

/// A sickness of InfluxDB 1.x that its words tell of, in plain words, and the steps that make it well.
struct InfluxSickness {
    /// Subject, sentence and steps.
    let finding: Finding

    /// Recognises a sickness; `nil` when the words tell of none that is known.
    ///
    /// - Parameters:
    ///   - words: an answer of the server, or the last lines of its journal.
    ///   - patient: has the folder of a database on this machine, and its disk.
    init?(_ words: String, _ patient: Patient) {
        let text = words.lowercased()
        func has(_ signs: String...) -> Bool { signs.contains { text.contains($0) } }
        if has("no space left on device") {
            finding = Self.full(patient)
        } else if let shard = Self.shard(text),
            has("corrupt", "invalid", "unexpected eof", "checksum", "magic", "proto:")
        {
            finding = Self.damaged(shard, patient)
        } else if has("incompatible", "unsupported", "unknown version", "unknown index") {
            finding = Self.version(patient)
        } else if has("oom-kill", "out of memory", "cannot allocate memory", "cache-max-memory-size exceeded") {
            finding = Self.memory
        } else if has("read-only file system", "input/output error") {
            finding = .wrong(
                "\(Self.subject)",
                "it cannot write its files: the card is damaged, or may only be read",
                "See below, SD card. Save what you can: \(BackupCheck.command)"
            )
        } else {
            return nil
        }
    }

    private static let subject: Phrase = "InfluxDB's files"
    private static let restart: Phrase = "sudo systemctl restart influxdb"

    /// A disk without room; or with room again, which version 1.x does not always find out by itself.
    private static func full(_ patient: Patient) -> Finding {
        let folder = patient.configuration?.databaseFolder
        let free = folder.flatMap { DiskSpace(of: patient.machine.root + $0)?.free }
        let kept: Phrase = "Readings wait on the disk of the box, and are sent then."
        guard let free, free >= 200_000_000 else {
            return .wrong(
                subject,
                "its disk is full, so it takes nothing",
                "Make room, see below, SD card. Then, since it does not look again by itself: \(restart)",
                kept
            )
        }
        return .wrong(
            subject,
            "it still says that its disk is full, though \(inWords(bytes: free)) are free: it does not look again",
            "Let it begin anew: \(restart)",
            kept
        )
    }

    private static func damaged(_ shard: Int, _ patient: Patient) -> Finding {
        let data = (patient.configuration?.databaseFolder ?? "/var/lib/influxdb") + "/data"
        return .wrong(
            subject,
            "a part of them (shard \(shard), some days of one policy) is damaged, as by a power cut",
            "Let it set the damaged file aside by itself: \(restart)",
            "If that does not help, set the part aside: sudo systemctl stop influxdb; sudo find \(data) -mindepth 3 "
                + "-maxdepth 3 -name \(shard) -exec mv {} /var/backups/shard-\(shard) \\; ; sudo systemctl start influxdb",
            "The readings of those days come back from a backup: /usr/share/boxenergie/influx/restore --help",
            "A card that does this more than once is about to fail."
        )
    }

    private static func version(_ patient: Patient) -> Finding {
        .wrong(
            subject,
            "another version of InfluxDB wrote them, and this one cannot read them",
            "Install the version that did, or a later 1.x: \(patient.installer)",
            "See what it says: journalctl -u influxdb -n 30"
        )
    }

    private static let memory = Finding.wrong(
        "InfluxDB's memory",
        "it does not get what it needs, and is ended or refuses readings",
        "See who takes the rest: ps -eo rss,comm --sort=-rss | head",
        "Let it take less, with the lines on memory in /usr/share/boxenergie/influx/influxdb.env, then: \(restart)",
        "Fewer days of raw readings need less, too: boxenergie provision --help"
    )

    /// The number of the shard that is named: `[shard 12] …`, `db_shard_id=12`.
    private static func shard(_ text: String) -> Int? {
        for mark in ["[shard ", "db_shard_id=", "shard "] {
            for place in text.ranges(of: mark) {
                if let number = Int(text[place.upperBound...].prefix { $0.isNumber }) { return number }
            }
        }
        return nil
    }
}
