import CMQTT

/// Publishes for an `MQTTClient`, on its thread, while it is connected and the broker has taken all that was said before.
///
/// So nothing queues up behind a broker that hangs: what was not said waits with its owner, who says the latest.
public struct MQTTVoice {
    private let client: UnsafeMutableRawPointer
    private let check: (CInt) throws -> Void
    private let note: () -> Void

    init(_ client: UnsafeMutableRawPointer, check: @escaping (CInt) throws -> Void, note: @escaping () -> Void) {
        (self.client, self.check, self.note) = (client, check, note)
    }

    /// Publishes with QoS 1.
    ///
    /// - Parameters:
    ///   - text: the message; an empty one that is kept takes back what the broker kept.
    ///   - topic: without wildcards.
    ///   - isKept: true when the broker shall keep it for whoever comes later.
    /// - Throws: when the connection is lost; the client then comes back by itself.
    public func say(_ text: String, on topic: String, isKept: Bool) throws {
        note()
        var text = text
        let code = text.withUTF8 { cmqtt_tell(client, topic, $0.baseAddress, $0.count, isKept) }
        try check(code)
    }
}
