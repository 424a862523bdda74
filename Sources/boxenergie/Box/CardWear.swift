/// How much was written to the SD card, all programs together, from what the kernel has counted since the last start.
struct CardWear: Codable, Equatable {
    /// Bytes since the box first counted them.
    var total: Int64 = 0
    /// Bytes since midnight.
    var today: Int64 = 0
    private var day = ""
    private var boot = ""
    private var counter: Int64 = 0

    /// Takes note of what the kernel says.
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
