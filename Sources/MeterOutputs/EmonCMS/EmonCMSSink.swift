import InfluxOutput
import MeterCore
import MeterIO
import MeterNotation
import Synchronization

/// Writes batches to EmonCMS, each with one request.
final class EmonCMSSink: Sink {
    /// The most readings in a request: the server may take half a millisecond for each value, and says nothing meanwhile.
    private static let mostReadings = 500
    /// So many are always worth a request.
    private static let leastReadings = 20

    private let settings: EmonCMSSettings
    private let context: HistoryContext
    private let stall: Duration
    private let piece = LargestPiece(least: leastReadings, most: mostReadings)
    /// True until a server has shown that it does not read what is compressed.
    private let compresses: Atomic<Bool>

    /// Makes a client.
    ///
    /// - Parameters:
    ///   - settings: the keys of the section.
    ///   - context: has the tags that tell nothing apart.
    ///   - stall: the time in which something must go on; a server that works on a request says nothing.
    init(_ settings: EmonCMSSettings, _ context: HistoryContext, stall: Duration = .seconds(30)) {
        (self.settings, self.context, self.stall) = (settings, context, stall)
        compresses = Atomic(!isOfThisMachine(settings.url))
    }

    /// `EmonCMS at emoncms.org`.
    var name: String { said("EmonCMS at \(serverName(settings.url))") }

    func write(_ batch: Batch) async -> Delivery {
        guard piece.takes(batch) else { return .split }
        let items = EmonCMSItems(batch, without: context.common)
        guard !items.isEmpty else { return .accepted }
        do {
            let delivery = try await send(items, of: batch)
            if delivery == .accepted { piece.wasInTime() }
            return delivery
        } catch {
            if (error as? TransferError)?.kind == .timedOut { piece.tookTooLong(batch) }
            return .postponed(reason: "\(error)", retryAfter: nil)
        }
    }

    private func send(_ items: EmonCMSItems, of batch: Batch) async throws -> Delivery {
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
        request.stall = stall
        request.largestAnswer = 16 << 10
        request.cutsAnswer = true
        return request
    }
}
