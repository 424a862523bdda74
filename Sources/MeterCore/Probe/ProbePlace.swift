import MeterNotation

/// A place where meters may be.
public enum ProbePlace: Sendable {
    /// A line on which devices are asked, or heard.
    case line(BusPlace)
    /// The local network: owserver of this machine, and devices that hear a broadcast.
    case neighbours
    /// The web server of a machine: its name or address.
    case web(String)

    /// The name for a person.
    public var name: String {
        switch self {
        case .line(let place): "\(place)"
        case .neighbours: said("the local network")
        case .web(let host): said("the web server of \(host)")
        }
    }
}
