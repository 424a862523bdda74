import MeterDocuments

/// The end of a step, as a file writes it.
enum Stamp: Sendable, Hashable {
    /// With its offset: seconds since 1970.
    case instant(Int64)
    /// By the clock on the wall, in seconds since 1970 as if it were UTC.
    case local(Int64)

    private static let formats = ["iso", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y"].compactMap {
        DateFormat($0)
    }

    /// The stamp that a text says: `2024-10-27T02:30:00+02:00`, `2024-10-27 02:30`, `27/10/2024 02:30:00`.
    init?(_ text: String) {
        for format in Self.formats {
            switch format.read(text) {
            case .instant(let nanoseconds): self = .instant(nanoseconds / 1_000_000_000)
            case .local(let nanoseconds): self = .local(nanoseconds / 1_000_000_000)
            case nil: continue
            }
            return
        }
        return nil
    }

    /// Its seconds, whichever they are: only for an order within one file.
    var order: Int64 {
        switch self {
        case .instant(let seconds), .local(let seconds): seconds
        }
    }
}
