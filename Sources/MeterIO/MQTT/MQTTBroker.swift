public import MeterCore

/// An MQTT broker: its address, and the trust in it.
public struct MQTTBroker: Sendable, Hashable, CustomStringConvertible {
    /// The host and the port; 1883 without TLS and 8883 with it where the text names none.
    public var address: NetworkAddress
    /// True for `mqtts://`.
    public var usesTLS: Bool
    /// A file of certificates, in PEM, to trust in place of the system's.
    public var certificateFile: String?
    /// True when the broker must show a certificate that is trusted and has its name.
    public var verifiesCertificate = true

    /// The broker that an address such as `mqtt://192.168.1.10` or `mqtts://broker.example:8883` means.
    ///
    /// `nil` when it means none. A path, a user or a password in it is refused.
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

    /// The host and port, for messages.
    public var description: String { "\(address)" }
}
