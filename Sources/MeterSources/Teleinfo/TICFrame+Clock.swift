import MeterCore
import MeterProtocols

extension TICFrame {
    /// The time on the meter's clock; `nil` where it tells none, or says that it has lost it (`h` and `e` of `DATE`).
    ///
    /// Mode historique has no label for the time.
    var clock: Timestamp? { horodate(.date)?.secondsSince1970.map { Timestamp(seconds: $0) } }
}
