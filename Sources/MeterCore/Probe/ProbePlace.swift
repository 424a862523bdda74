/// A place where meters may be.
public enum ProbePlace: Sendable {
    /// A line on which devices are asked, or heard.
    case line(BusPlace)
    /// What answers without being named: owserver of this machine, and devices that hear a broadcast.
    case neighbours

    /// What a person calls it.
    public var name: String {
        switch self {
        case .line(let place): "\(place)"
        case .neighbours: "the local network"
        }
    }
}
