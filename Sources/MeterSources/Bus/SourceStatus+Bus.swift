import MeterCore
import MeterIO

extension SourceStatus {
    /// Notes what happened in the exchanges with a device, as what its line is like.
    func note(_ counts: BusDevice.Counts) {
        update { status in
            status.quality = [
                "requests": counts.requests, "answers": counts.answers, "silences": counts.silences,
                "wrong answers": counts.wrong, "skipped bytes": counts.skippedBytes,
            ]
        }
    }
}
