public import MeterCore
import MeterIO
import MeterNotation

/// Writes batches, each with one request to `/write` in line protocol.
extension InfluxClient: Sink {
    /// Writes a batch; what becomes of it is decided by `InfluxResponse`, and without an answer it is postponed.
    public func write(_ batch: Batch) async -> Delivery {
        do {
            let response = try await perform(request(for: batch))
            if let refusal = CentreRefusal(response, settings) { return refusal.delivery }
            let delivery = InfluxResponse.delivery(response, of: batch, server: name)
            // Its words are about lines that had other names: parts show which are meant.
            if settings.names == .policy, case .rejected(let reason, let refusal) = delivery, refusal != .all {
                return .rejected(reason: reason)
            }
            return delivery
        } catch {
            if let refusal = CentreRefusal(error, settings) { return refusal.delivery }
            return .postponed(reason: "\(error)", retryAfter: nil)
        }
    }

    /// The queries of others, by the server's own count less those of this program.
    ///
    /// InfluxDB 1.x tells it to anybody (seen on 1.6.7), where SHOW STATS wants an administrator once it asks for
    /// passwords. The statistics are sorted by name: what follows `httpd`, a piece for each shard, is not kept.
    public func queries() async -> Int? {
        guard settings.names == .plain, settings.token == nil else { return nil }
        var request = TransferRequest(.get, "\(settings.url)/debug/vars")
        request.timeout = .seconds(5)
        request.largestAnswer = 32 << 10
        request.cutsAnswer = true
        guard let response = try? await perform(request), response.status == 200 else { return nil }
        return OwnQueries.others(in: response.body, of: settings.url)
    }

    /// The request that writes a batch, compressed unless the server is this very machine.
    private func request(for batch: Batch) -> TransferRequest {
        var url = "\(settings.url)/write?db=\(percentEscaped(batch.database))&precision=\(batch.precision.parameter)"
        let isNamed = settings.names == .policy
        if batch.policy != .default, !isNamed { url += "&rp=\(percentEscaped(batch.policy.name))" }
        let lines = isNamed ? PolicyNames.lines(of: batch) : batch.lines
        var request = TransferRequest(.post, url, headers: ["Content-Type: text/plain; charset=utf-8"])
        // What goes to a centre pays by the byte and is little: it may cost more work.
        let level: Int32 = settings.joinedAs == nil ? 1 : 6
        if !settings.isLocal, let small = Compression.gzip.compressed(lines, level: level) {
            request.headers.append("Content-Encoding: gzip")
            request.body = small
        } else {
            request.body = lines
        }
        // A slow line must be able to take a whole load; a server that says nothing must not hold anything up.
        request.timeout = .seconds(120)
        // An error with the words for each line is as long as they are.
        request.largestAnswer = 16 << 10
        request.cutsAnswer = true
        request.stall = .seconds(15)
        return request
    }
}
