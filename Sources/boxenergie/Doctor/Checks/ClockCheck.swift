import MeterCore
import MeterNotation

/// Check of the time that the readings get.
struct ClockCheck: FileCheck {
    /// Shown under `Clock`.
    let group = Finding.Group.clock
    /// Earliest time that can be right, in seconds since 1970: 2026-01-01, before which this program did not exist.
    private static let earliest: Int64 = 1_767_225_600
    /// Steps that make the network set the clock.
    private static let steps: [Phrase] = [
        "Does the network work? The clock is set from there: timedatectl timesync-status",
        "Switch that on: sudo timedatectl set-ntp true",
    ]

    /// Judges the clock in use, and tells readings that were lost for want of a date.
    func look(at patient: Patient) -> [Finding] {
        [judge(patient)] + meter(patient) + jumps(patient)
    }

    /// Judges the daemon's clock when it runs, else the machine's.
    private func judge(_ patient: Patient) -> Finding {
        var finding: Finding
        switch patient.report?.clock.basis {
        case "meter":
            finding = .note("clock", "it was never set; the readings get the meter's own time instead")
        case "earlier":
            finding = .wrong(
                "clock",
                "somebody set it to a time that nothing confirms; boxenergie goes on with the old one"
            )
        case "unknown":
            let waiting = patient.report?.clock.readingsWaiting ?? 0
            finding = .wrong("clock", "it was not set since the start: \(waiting) readings wait for a date")
        default:
            guard patient.clock.wall.seconds >= Self.earliest else {
                finding = .wrong("clock", "it says a time long past")
                break
            }
            if patient.clock.isSynchronized { return .ok("clock", "it is kept right by the network") }
            finding =
                patient.clock.hasBattery || patient.report != nil
                ? .note("clock", "nothing keeps it right; it may drift by minutes a month")
                : .wrong("clock", "nothing keeps it right, and a Pi's clock stands still while it is off")
        }
        finding.advice = Self.steps.map(said)
        return finding
    }

    /// A meter whose own clock differs from the time that is believed; none when it agrees, or no daemon answers.
    private func meter(_ patient: Patient) -> [Finding] {
        guard let seconds = patient.report?.clock.meterSecondsAhead else { return [] }
        let time = inWords(seconds: abs(seconds))
        let sentence: Phrase =
            seconds > 0
            ? "it is \(time) ahead of the box's; readings get the box's time"
            : "it is \(time) behind the box's; readings get the box's time"
        let advice: Phrase =
            "The tariff changes by the meter's clock: tell your supplier, or Enedis, who set it from afar."
        return [.note("clock of the meter", sentence, advice)]
    }

    /// Readings lost because no date came for too long; none when no daemon answers.
    private func jumps(_ patient: Patient) -> [Finding] {
        guard let clock = patient.report?.clock, clock.readingsLost > 0 else { return [] }
        let sentence: Phrase = "\(clock.readingsLost) readings were lost, since no date came for too long"
        let advice: Phrase = "A clock with a battery (RTC) prevents that where there is no network."
        return [.note("readings without a date", sentence, advice)]
    }
}
