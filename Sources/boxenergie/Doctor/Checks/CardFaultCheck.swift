/// Whether a disk is about to fail, as far as it and the file system tell.
struct CardFaultCheck: FileCheck {
    let group = Finding.Group.card
    private static let replace = "Save everything now and replace it soon: \(BackupCheck.command)"

    func look(at patient: Patient) -> [Finding] { faults(patient.machine) + ages(patient.machine) }

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

    /// The chip's own words: tenths of its life in two kinds of memory, and its reserve.
    private func ages(_ machine: Machine) -> [Finding] {
        machine.names("/sys/block").filter { $0.hasPrefix("mmcblk") }.compactMap { name in
            let folder = "/sys/block/\(name)/device"
            let tenths = machine.words("\(folder)/life_time").compactMap { Int($0.dropFirst(2), radix: 16) }
            let reserve = machine.words("\(folder)/pre_eol_info").first.flatMap { Int($0.dropFirst(2), radix: 16) } ?? 0
            guard let worst = tenths.max(), worst > 0 else { return nil }
            if worst > 10 || reserve >= 3 {
                return .wrong("life of \(name)", "it is used up, the card says itself", Self.replace)
            }
            let sentence = "\((worst - 1) * 10) to \(worst * 10) % of it is used, the card says itself"
            guard worst > 8 || reserve == 2 else { return .ok("life of \(name)", sentence) }
            return .note("life of \(name)", sentence, "Order another card. \(Self.replace)")
        }
    }
}
