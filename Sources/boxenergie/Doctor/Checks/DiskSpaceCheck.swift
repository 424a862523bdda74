import MeterCore
import MeterNotation

/// Check of the disks: not read-only, with room, and with room for names.
struct DiskSpaceCheck: FileCheck {
    /// Shown under `SD card`.
    let group = Finding.Group.card

    /// Looks at the disks of the system, of the state and of the database.
    func look(at patient: Patient) -> [Finding] {
        Disk.all(patient).flatMap { disk -> [Finding] in
            if disk.isReadOnly {
                return [
                    .wrong(
                        "\(disk.mountPoint)",
                        "it can only be read: the kernel does that when a card is damaged",
                        "See why: sudo dmesg | grep -iE 'mmc|ext4|I/O error'",
                        "Save what you can, then replace the card: \(BackupCheck.command)"
                    )
                ]
            }
            guard let space = DiskSpace(of: patient.machine.root + disk.mountPoint) else { return [] }
            return Self.judge(disk.mountPoint, space)
        }
    }

    /// Judges the room of one disk.
    ///
    /// Less than 200 MB is wrong, less than 10 % is a note. A file system may have room but no inodes left: fewer than
    /// 5 % is a note, fewer than 1000 is wrong.
    ///
    /// - Parameters:
    ///   - place: the folder at which the disk is mounted.
    ///   - space: its room and its inodes.
    /// - Returns: one finding, or two when inodes are short.
    static func judge(_ place: String, _ space: DiskSpace) -> [Finding] {
        let show: Phrase = "See what takes it: sudo du -xh \(place) --max-depth=3 | sort -h | tail"
        let make: Phrase = "Old packages and logs often do: sudo apt-get clean; sudo journalctl --vacuum-size=50M"
        let share = space.size > 0 ? Double(space.free) / Double(space.size) * 100 : 100
        var findings: [Finding] = []
        let sentence: Phrase = "\(inWords(bytes: space.free)) are free (\(Int(share)) %)"
        if space.free < 200_000_000 {
            findings.append(.wrong("\(place)", "only \(sentence); soon no reading can be stored", show, make))
        } else if share < 10 {
            findings.append(.note("\(place)", "only \(sentence)", show, make))
        } else {
            findings.append(.ok("\(place)", sentence))
        }
        guard space.files > 0, space.freeFiles < space.files / 20 else { return findings }
        let files: Phrase = "only \(space.freeFiles) more files can be made, though there is room"
        let advice: Phrase = "See which folder has too many: sudo du -x --inodes \(place) | sort -n | tail"
        findings.append(space.freeFiles < 1000 ? .wrong("\(place)", files, advice) : .note("\(place)", files, advice))
        return findings
    }
}
