import MeterCore
import MeterIO
import MeterNotation

/// What has come between a box and the centre that it joined, in words that say what to do.
///
/// Only the centre's operator can mend it. Until then everything waits on the disk.
struct CentreRefusal {
    /// The batch waits, and is tried again a few times an hour.
    let delivery: Delivery

    /// Many boxes of a fleet may have such a trouble at once, and none of them mends it by asking often.
    private static let pause = Duration.seconds(300)

    /// The refusal in an answer; `nil` for any other answer, and for a server that is no centre.
    init?(_ response: TransferResponse, _ settings: InfluxSettings) {
        guard let name = settings.joinedAs, response.status == 401 || response.status == 403 else { return nil }
        delivery = Self.waits(
            "the centre at \(settings.place) takes nothing from \(name) any more: its access was taken back or replaced. "
                + "Ask the centre for a new file, then: sudo boxenergie join FILE"
        )
    }

    /// The refusal of ours to speak to another key; `nil` for any other error, and for a server that is no centre.
    init?(_ error: any Error, _ settings: InfluxSettings) {
        guard settings.joinedAs != nil, (error as? TransferError)?.kind == .otherKey else { return nil }
        delivery = Self.waits(
            "what answers at \(settings.place) has another key than the centre had: nothing was sent to it. If the centre "
                + "was set up anew, ask it for a new file, then: sudo boxenergie join FILE"
        )
    }

    private static func waits(_ reason: Phrase) -> Delivery { .postponed(reason: said(reason), retryAfter: pause) }
}
