import MeterNotation

/// Check of memory: it is not short, and the card does not stand in for it.
struct MemoryCheck: FileCheck {
    /// Shown under `Machine`.
    let group = Finding.Group.machine
    /// The advice that shows the largest programs.
    private static let who: Phrase = "See who takes it: ps -eo rss,comm --sort=-rss | head"

    /// Looks at free memory, swap and programs that the kernel ended.
    func look(at patient: Patient) -> [Finding] {
        memory(patient.machine) + swap(patient.machine) + killed(patient.machine)
    }

    /// Memory that programs can still get (`MemAvailable`): less than 5 % is wrong, less than 15 % a note.
    private func memory(_ machine: Machine) -> [Finding] {
        let words = machine.words("/proc/meminfo")
        func kilobytes(_ name: Substring) -> Double? {
            words.firstIndex(of: name).flatMap { $0 + 1 < words.count ? Double(words[$0 + 1]) : nil }
        }
        guard let total = kilobytes("MemTotal:"), let free = kilobytes("MemAvailable:"), total > 0 else { return [] }
        let share = Int(free / total * 100)
        let sentence: Phrase = "\(inWords(bytes: Int64(free * 1024))) are free (\(share) %)"
        switch share {
        case ..<5: return [.wrong("memory", "only \(sentence): programs may be ended soon", Self.who)]
        case ..<15: return [.note("memory", "only \(sentence)", Self.who)]
        default: return [.ok("memory", sentence)]
        }
    }

    /// Swap on a disk that is in use; compressed memory (zram) costs the card nothing.
    ///
    /// `/proc/swaps` has a line for each: name, kind, size and what is used in kB, after a line of headings.
    private func swap(_ machine: Machine) -> [Finding] {
        let used = machine.lines("/proc/swaps").dropFirst().filter { line in
            let words = line.split(whereSeparator: \.isWhitespace)
            return words.count > 3 && !words[0].contains("zram") && Int(words[3]) ?? 0 > 0
        }
        guard let first = used.first?.split(whereSeparator: \.isWhitespace).first else { return [] }
        return [
            .note(
                "swap",
                "memory is moved to \(first), which wears a card",
                "On a Pi: sudo dphys-swapfile swapoff && sudo systemctl disable dphys-swapfile",
                "or swap in compressed memory: sudo apt-get install zram-tools"
            )
        ]
    }

    /// Programs that the kernel ended for want of memory since the start (`oom_kill`).
    private func killed(_ machine: Machine) -> [Finding] {
        let words = machine.words("/proc/vmstat")
        guard let place = words.firstIndex(of: "oom_kill"), place + 1 < words.count, let count = Int(words[place + 1]),
            count > 0
        else { return [] }
        let sentence: Phrase =
            count == 1
            ? "since the start the kernel ended 1 program for want of memory"
            : "since the start the kernel ended \(count) programs for want of memory"
        return [.note("memory", sentence, "See which: sudo journalctl -k -g 'Out of memory'", Self.who)]
    }
}
