/// Gives each point to several receivers: one for each output.
public struct Fanout: PointReceiver {
    private let receivers: [any PointReceiver]

    public init(_ receivers: [any PointReceiver]) { self.receivers = receivers }

    public func append(_ point: Point) {
        for receiver in receivers { receiver.append(point) }
    }
}
