import MeterNotation

/// Check of the bytes that all programs write to the card, which wear it.
struct CardWriteCheck: FileCheck {
    /// Shown under `SD card`.
    let group = Finding.Group.card
    /// Shortest time since the start that gives a rate, in seconds: the first hours write more than others.
    private static let shortest = 6 * 3600.0
    /// Bytes a day that are noted: 2 GB.
    ///
    /// A card of 32 GB takes some tens of TB: 10 GB a day is a few years.
    private static let much = 2e9
    /// Bytes a day that are wrong: 10 GB.
    private static let tooMuch = 10e9

    /// Computes the rate since the machine's start; nothing for a disk that is no card.
    func look(at patient: Patient) -> [Finding] {
        guard let disk = Disk(of: patient.state, patient.machine), disk.isCard, let block = disk.block else {
            return []
        }
        // The seventh number of the kernel's Documentation/block/stat.rst: sectors of 512 bytes since the start.
        let numbers = patient.machine.words("/sys/block/\(block)/stat")
        guard numbers.count > 6, let sectors = Double(numbers[6]),
            let uptime = patient.machine.words("/proc/uptime").first.flatMap({ Double($0) })
        else { return [] }
        let subject: Phrase = "writing to \(block)"
        guard uptime > Self.shortest else {
            let bytes = inWords(bytes: Int64(sectors * 512))
            return [.ok(subject, "\(bytes) since the start; how much a day, the next hours will tell")]
        }
        let rate = sectors * 512 / uptime * 86_400
        let sentence: Phrase = "\(inWords(bytes: Int64(rate))) a day by all programs"
        guard rate > Self.much else { return [.ok(subject, sentence)] }
        var finding = Finding.note(
            subject,
            "\(sentence) wear the card",
            "See which program writes: sudo apt-get install iotop && sudo iotop -oPa -d 60",
            "InfluxDB writes little when it is set as influx/influxdb.env does it."
        )
        if rate > Self.tooMuch { finding.grade = .wrong }
        return [finding]
    }
}
