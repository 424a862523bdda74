import MeterCore
import MeterProtocols

extension TICFrame {
    /// What the meter's clock shows; `nil` where it tells none, or says that it has lost it (`h` and `e` of `DATE`).
    var clock: Timestamp? { horodate(.date)?.secondsSince1970.map { Timestamp(seconds: $0) } }
}
