import MeterCore
import MeterIO

/// A sink that gives up after so long, in the fast clock's time, as a request does in the machine's.
struct ImpatientSink: Sink {
    let sink: any Sink
    let clock: FastClock
    /// In real time: on a slow machine the server itself does not get faster.
    let least: Duration

    var name: String { sink.name }

    func write(_ batch: Batch) async -> Delivery {
        await withTaskGroup(of: Delivery?.self) { group in
            group.addTask { await sink.write(batch) }
            group.addTask {
                try? await EventLoop.main.sleep(for: max(.seconds(15 / clock.speed), least))
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first ?? .postponed(reason: "\(sink.name) did not answer in time", retryAfter: nil)
        }
    }
}
