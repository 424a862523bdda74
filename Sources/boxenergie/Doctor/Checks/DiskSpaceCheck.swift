import Glibc

/// Whether the disks take what is written to them: read-only ones, room, and room for names.
struct DiskSpaceCheck: FileCheck {
    /// What `statvfs` tells of a disk.
    struct Space {
        var free: Int64
        var size: Int64
        var freeFiles: Int64
        /// 0 where there is no limit.
        var files: Int64
    }

    let group = Finding.Group.card

    func look(at patient: Patient) -> [Finding] {
        Disk.all(patient).flatMap { disk -> [Finding] in
            if disk.isReadOnly {
                return [
                    .wrong(
                        disk.mountPoint,
                        "it can only be read: the kernel does that when a card is damaged",
                        "See why: sudo dmesg | grep -iE 'mmc|ext4|I/O error'",
                        "Save what you can, then replace the card: \(BackupCheck.command)"
                    )
                ]
            }
            var status = statvfs()
            guard statvfs(patient.machine.root + disk.mountPoint, &status) == 0 else { return [] }
            let block = Int64(status.f_frsize)
            return Self.judge(
                disk.mountPoint,
                Space(
                    free: Int64(status.f_bavail) * block,
                    size: Int64(status.f_blocks) * block,
                    freeFiles: Int64(status.f_favail),
                    files: Int64(status.f_files)
                )
            )
        }
    }

    static func judge(_ place: String, _ space: Space) -> [Finding] {
        let show = "See what takes it: sudo du -xh \(place) --max-depth=3 | sort -h | tail"
        let make = "Old packages and logs often do: sudo apt-get clean; sudo journalctl --vacuum-size=50M"
        let share = space.size > 0 ? Double(space.free) / Double(space.size) * 100 : 100
        var findings: [Finding] = []
        let sentence = "\(inWords(bytes: space.free)) are free (\(Int(share)) %)"
        if space.free < 200_000_000 {
            findings.append(.wrong(place, "only \(sentence); soon no reading can be stored", show, make))
        } else if share < 10 {
            findings.append(.note(place, "only \(sentence)", show, make))
        } else {
            findings.append(.ok(place, sentence))
        }
        guard space.files > 0, space.freeFiles < space.files / 20 else { return findings }
        let files = "only \(space.freeFiles) more files can be made, though there is room"
        let advice = "See which folder has too many: sudo du -x --inodes \(place) | sort -n | tail"
        findings.append(space.freeFiles < 1000 ? .wrong(place, files, advice) : .note(place, files, advice))
        return findings
    }
}
