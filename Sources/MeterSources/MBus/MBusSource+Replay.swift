public import MeterCore
import MeterProtocols

extension MBusSource: ReplayableSource {
    public func replay(
        _ recording: any Recording,
        into receiver: any PointReceiver,
        context: SourceContext
    ) async throws {
        let points = MBusPoints(settings, context: context)
        var framer = MBusFramer()
        var begun: [MBusTelegram] = []
        while let (bytes, time) = try await recording.next() {
            var frames: [MBusFrame] = []
            framer.push(bytes) { frames.append($0) }
            for frame in frames {
                guard let telegram = try? MBusTelegram(frame), isOurs(telegram) else { continue }
                begun.append(telegram)
                if telegram.moreFollows, begun.count < MBusReadout.mostTelegrams { continue }
                context.status.didRead(at: time)
                let point = points.point(of: begun, at: time)
                if !point.isEmpty { receiver.append(point) }
                begun.removeAll()
            }
        }
    }

    private func isOurs(_ telegram: MBusTelegram) -> Bool {
        switch settings.address {
        case .primary(let number): telegram.address == number
        case .secondary(let meter): telegram.header?.meter.map(meter.matches) ?? false
        }
    }
}
