import Glibc
import InfluxOutput
import MeterNotation

/// Check of the backups: there is one, and it is not too old.
struct BackupCheck: FileCheck {
    /// Shown under `Backup`.
    let group = Finding.Group.backup
    /// Folder of the backups.
    static let folder = "/var/backups/boxenergie"
    /// The command that makes one, for advice.
    static let command = "sudo /usr/share/boxenergie/influx/backup \(folder)"
    /// Greatest age of the newest backup, in seconds: 8 days, since the timer makes one a week.
    private static let longest: Int64 = 8 * 86_400

    /// Looks for whole backups, those with their checksums.
    ///
    /// A database on another machine is only noted: its backup cannot be seen from here.
    func look(at patient: Patient) -> [Finding] {
        let machine = patient.machine
        // The timer makes no backup then either.
        guard patient.influx?.isLocal ?? true else {
            let sentence: Phrase = "the database is on another machine, which must save it"
            return [.note("backup", sentence, "What is here to save: /etc/boxenergie and \(patient.state)")]
        }
        if machine.isHidden(Self.folder) {
            return [
                .note("\(Self.folder)", "this user may not look into it", "Look again with: sudo boxenergie doctor")
            ]
        }
        let whole = machine.names(Self.folder).filter { machine.isThere("\(Self.folder)/\($0)/SHA256SUMS") }
        guard let newest = whole.compactMap(Self.time).max() else {
            return [.note("backup", "there is none yet", "Make one: \(Self.command)", Self.elsewhere)]
        }
        let age = inWords(seconds: max(0, patient.now - newest))
        guard patient.now - newest > Self.longest else {
            return [.ok("backup", "the newest of \(whole.count) is \(age) old")]
        }
        let log: Phrase = "See why it makes none: journalctl -u boxenergie-backup -n 30"
        return patient.hasUnit("boxenergie-backup.timer")
            ? [
                .wrong(
                    "backup",
                    "the newest is \(age) old, though one is made each week",
                    log,
                    "By hand: \(Self.command)"
                )
            ]
            : [.note("backup", "the newest is \(age) old", "Make one: \(Self.command)", Self.elsewhere)]
    }

    /// The advice that a backup on the same card is none.
    private static let elsewhere: Phrase =
        "Copy it to another machine or a USB stick: a card that fails takes it along."

    /// Time of a backup by its name, in seconds since 1970: `boxenergie-20261125T020000Z`; `nil` for another name.
    private static func time(_ name: String) -> Int64? {
        let digits = name.filter(\.isASCII).compactMap(\.wholeNumberValue)
        guard name.hasPrefix("boxenergie-"), digits.count == 14 else { return nil }
        func number(_ places: Range<Int>) -> Int64 { digits[places].reduce(0) { $0 * 10 + Int64($1) } }
        let day = LocalDate(year: number(0..<4), month: number(4..<6), day: number(6..<8)).dayNumber
        return day * 86_400 + number(8..<10) * 3600 + number(10..<12) * 60 + number(12..<14)
    }
}
