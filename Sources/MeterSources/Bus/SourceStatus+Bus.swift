import MeterCore
import MeterIO

extension SourceStatus {
    /// Notes what happened in the exchanges with a device, as what its line is like.
    func note(_ counts: BusDevice.Counts) {
        update { status in
            // In place: a table that is made anew for each reading costs as much as the rest of it.
            status.quality["requests"] = counts.requests
            status.quality["answers"] = counts.answers
            status.quality["silences"] = counts.silences
            status.quality["wrong answers"] = counts.wrong
            status.quality["skipped bytes"] = counts.skippedBytes
        }
    }
}
