public import MeterCore

/// An MQTT broker, and how it is spoken to.
public struct MQTTBroker: Sendable, Hashable, CustomStringConvertible {
    public var address: NetworkAddress
    public var usesTLS: Bool
    /// A file of certificates to trust in place of the system's.
    public var certificateFile: String?
    /// Whether a broker must show a certificate that is trusted and has its name.
    public var verifiesCertificate = true

    /// The broker that an address such as `mqtt://192.168.1.10` or `mqtts://broker.example:8883` means.
    ///
    /// `nil` when it means none.
    public init?(_ text: String) {
        let rest: Substring
        if text.hasPrefix("mqtt://") {
            (usesTLS, rest) = (false, text.dropFirst(7))
        } else if text.hasPrefix("mqtts://") {
            (usesTLS, rest) = (true, text.dropFirst(8))
        } else {
            return nil
        }
        let place = rest.hasSuffix("/") ? rest.dropLast() : rest
        guard !place.isEmpty, !place.contains(where: { "/?#@".contains($0) || $0.isWhitespace }) else { return nil }
        let usual = usesTLS ? 8883 : 1883
        if place.hasPrefix("[") {
            guard let end = place.firstIndex(of: "]") else { return nil }
            let tail = place[place.index(after: end)...]
            let port = tail.isEmpty ? usual : tail.first == ":" ? Int(tail.dropFirst()) ?? 0 : 0
            address = NetworkAddress(host: String(place[place.index(after: place.startIndex)..<end]), port: port)
        } else {
            let parts = place.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count <= 2 else { return nil }
            address = NetworkAddress(host: String(parts[0]), port: parts.count == 2 ? Int(parts[1]) ?? 0 : usual)
        }
        guard !address.host.isEmpty, (1...65_535).contains(address.port) else { return nil }
    }

    public var description: String { "\(address)" }
}
