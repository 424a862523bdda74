import MeterCore
import MeterIO
import MeterNotation

/// Writes batches to EmonCMS, each with one request.
struct EmonCMSSink: Sink {
    private let settings: EmonCMSSettings

    init(_ settings: EmonCMSSettings) { self.settings = settings }

    /// `EmonCMS at emoncms.org`.
    var name: String { "EmonCMS at \(serverName(settings.url))" }

    func write(_ batch: Batch) async -> Delivery {
        let items = EmonCMSItems(batch)
        guard !items.isEmpty else { return .accepted }
        do {
            var request = TransferRequest(.post, "\(settings.url)/input/bulk")
            // In a header: a key in the address would stand in logs.
            request.headers = ["Content-Type: application/x-www-form-urlencoded"]
            if let key = try await settings.key?.fetch() { request.headers.append("Authorization: Bearer \(key)") }
            request.body = [UInt8]("time=\(items.time)&data=\(percentEscaped(items.json))".utf8)
            request.certificateFile = settings.certificateFile
            request.timeout = .seconds(120)
            request.stall = .seconds(30)
            request.largestAnswer = 16 << 10
            request.cutsAnswer = true
            return EmonCMSResponse.delivery(try await Transfers.web.perform(request), of: batch, server: name)
        } catch {
            return .postponed(reason: "\(error)", retryAfter: nil)
        }
    }
}
