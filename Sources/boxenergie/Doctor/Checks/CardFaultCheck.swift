import MeterNotation

/// Check of the disks for signs of failure, as far as they and the file system tell.
struct CardFaultCheck: FileCheck {
    /// Shown under `SD card`.
    let group = Finding.Group.card
    /// The advice for a disk that fails.
    private static let replace: Phrase = "Save everything now and replace it soon: \(BackupCheck.command)"

    /// Looks at the file systems' error counts, then at the cards' wear.
    func look(at patient: Patient) -> [Finding] { faults(patient.machine) + ages(patient.machine) }

    /// Errors that the kernel noted in the superblock of each ext4 file system; they stay there over restarts.
    private func faults(_ machine: Machine) -> [Finding] {
        let counts = machine.names("/sys/fs/ext4").compactMap { name in
            machine.number("/sys/fs/ext4/\(name)/errors_count").map { (name, $0) }
        }
        let bad = counts.filter { $0.1 > 0 }
        if bad.isEmpty { return counts.isEmpty ? [] : [.ok("file systems", "no error was ever seen")] }
        return bad.map { name, count in
            .wrong(
                "file system on \(name)",
                "the kernel has found \(count) errors in it",
                Self.replace,
                "When it was only a power cut, the next start can mend it: add fsck.mode=force to cmdline.txt"
            )
        }
    }

    /// The chip's own words (`life_time`, `pre_eol_info`): tenths of its life in two kinds of memory, and its reserve.
    ///
    /// A tenth of 1 is 0 to 10 % used, 11 is beyond its life; a reserve of 2 is low, 3 is urgent. SD cards mostly do
    /// not tell, eMMC does; 0 is not told.
    private func ages(_ machine: Machine) -> [Finding] {
        machine.names("/sys/block").filter { $0.hasPrefix("mmcblk") }.compactMap { name in
            let folder = "/sys/block/\(name)/device"
            let tenths = machine.words("\(folder)/life_time").compactMap { Int($0.dropFirst(2), radix: 16) }
            let reserve = machine.words("\(folder)/pre_eol_info").first.flatMap { Int($0.dropFirst(2), radix: 16) } ?? 0
            guard let worst = tenths.max(), worst > 0 else { return nil }
            if worst > 10 || reserve >= 3 {
                return .wrong("life of \(name)", "it is used up, the card says itself", Self.replace)
            }
            let sentence: Phrase = "\((worst - 1) * 10) to \(worst * 10) % of it is used, the card says itself"
            guard worst > 8 || reserve == 2 else { return .ok("life of \(name)", sentence) }
            return .note("life of \(name)", sentence, "Order another card. \(Self.replace)")
        }
    }
}
