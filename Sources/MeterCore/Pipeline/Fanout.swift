import Synchronization

/// Gives each point to several receivers, one for each output, which may change while points come in.
final class Fanout: PointReceiver {
    private let receivers: Mutex<[any PointReceiver]>

    init(_ receivers: [any PointReceiver]) { self.receivers = Mutex(receivers) }

    // Under the lock, so that nothing comes to a receiver any more once it was replaced.
    func append(_ point: Point) {
        receivers.withLock { receivers in
            for receiver in receivers { receiver.append(point) }
        }
    }

    func replace(with new: [any PointReceiver]) { receivers.withLock { $0 = new } }
}
