/// Bytes written to the SD card by all programs, summed over the kernel's counters, which begin at 0 with each start.
///
/// Bytes written between the last save and a power cut are missing.
struct CardWear: Codable, Equatable {
    /// Bytes since the box first counted them; those before are unknown.
    var total: Int64 = 0
    /// Bytes since midnight.
    var today: Int64 = 0
    /// Day that `today` belongs to, as a text.
    private var day = ""
    /// Start of the machine that `counter` belongs to; empty before the first note.
    private var boot = ""
    /// The kernel's counter when it was last seen, in bytes.
    private var counter: Int64 = 0

    /// Adds what was written since the last note.
    ///
    /// A counter that is smaller than before is one that began anew, and counts in full.
    ///
    /// - Parameters:
    ///   - bytes: its counter, which starts at 0 when the machine does.
    ///   - boot: another text after each start of the machine.
    ///   - day: another text after each midnight.
    mutating func note(_ bytes: Int64, boot: String, day: String) {
        let isSameRun = boot == self.boot && bytes >= counter
        let isFirst = self.boot.isEmpty
        let more = isFirst ? 0 : isSameRun ? bytes - counter : bytes
        if day != self.day { today = 0 }
        total += more
        today += more
        (self.day, self.boot, counter) = (day, boot, bytes)
    }
}
