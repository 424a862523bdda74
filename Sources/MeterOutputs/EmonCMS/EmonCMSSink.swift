import InfluxOutput
import MeterCore
import MeterIO
import MeterNotation
import Synchronization

/// Writes batches to EmonCMS, each with one request.
final class EmonCMSSink: Sink {
    private let settings: EmonCMSSettings
    /// True until a server has shown that it does not read what is compressed.
    private let compresses: Atomic<Bool>

    init(_ settings: EmonCMSSettings) {
        self.settings = settings
        compresses = Atomic(!settings.isLocal)
    }

    /// `EmonCMS at emoncms.org`.
    var name: String { said("EmonCMS at \(serverName(settings.url))") }

    func write(_ batch: Batch) async -> Delivery {
        let items = EmonCMSItems(batch)
        guard !items.isEmpty else { return .accepted }
        do {
            let key = try await settings.key?.fetch()
            if compresses.load(ordering: .relaxed), let small = Compression.zlib.compressed(Array(items.json.utf8)) {
                let answer = try await Transfers.web.perform(request(key, "?time=\(items.time)&cb=1", small))
                guard EmonCMSResponse.isUnread(answer) else {
                    return EmonCMSResponse.delivery(answer, of: batch, server: name)
                }
                // An older one does not know `cb`, and says what it says of a mistake in the data.
                let plain = try await Transfers.web.perform(plainRequest(key, items))
                if !EmonCMSResponse.isUnread(plain) { compresses.store(false, ordering: .relaxed) }
                return EmonCMSResponse.delivery(plain, of: batch, server: name)
            }
            let answer = try await Transfers.web.perform(plainRequest(key, items))
            return EmonCMSResponse.delivery(answer, of: batch, server: name)
        } catch {
            return .postponed(reason: "\(error)", retryAfter: nil)
        }
    }

    private func plainRequest(_ key: String?, _ items: EmonCMSItems) -> TransferRequest {
        var request = request(key, "", [UInt8]("time=\(items.time)&data=\(percentEscaped(items.json))".utf8))
        request.headers[0] = "Content-Type: application/x-www-form-urlencoded"
        return request
    }

    private func request(_ key: String?, _ question: String, _ body: [UInt8]) -> TransferRequest {
        var request = TransferRequest(.post, "\(settings.url)/input/bulk\(question)")
        request.headers = ["Content-Type: application/octet-stream"]
        // In a header: a key in the address would stand in logs.
        if let key { request.headers.append("Authorization: Bearer \(key)") }
        request.body = body
        request.certificateFile = settings.certificateFile
        request.timeout = .seconds(120)
        request.stall = .seconds(30)
        request.largestAnswer = 16 << 10
        request.cutsAnswer = true
        return request
    }
}
