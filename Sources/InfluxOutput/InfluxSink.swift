public import MeterCore
import MeterIO

/// Writes batches to an InfluxDB 1.x server.
public struct InfluxSink: Sink {
    private let settings: InfluxSettings
    private let makeClient: @Sendable () throws -> InfluxClient

    /// Makes a sink.
    ///
    /// The password file is read for each request, so that a new password needs no restart.
    public init(_ settings: InfluxSettings) {
        self.settings = settings
        makeClient = { try InfluxClient(settings) }
    }

    public var name: String {
        "InfluxDB at " + (settings.url.split(separator: "/").last.map(String.init) ?? settings.url)
    }

    public func write(_ batch: Batch) async -> Delivery {
        do {
            let response = try await makeClient().write(batch)
            return InfluxResponse.delivery(response, of: batch, server: name)
        } catch {
            return .postponed(reason: "\(error)", retryAfter: nil)
        }
    }
}
