public import MeterCore
import MeterProtocols

extension MBusSource {
    /// Decodes the answers of this source's meter in a recording; others on the bus are passed over.
    public func replay(
        _ recording: any Recording,
        into receiver: any PointReceiver,
        context: SourceContext
    ) async throws {
        var reader = MBusReader(settings, context: context)
        var clock = RecordedClock()
        var framer = MBusFramer()
        var begun: [MBusTelegram] = []
        while let input = try await recording.next() {
            let moment = clock.moment(of: input.time)
            var frames: [MBusFrame] = []
            framer.push(input.bytes) { frames.append($0) }
            for frame in frames {
                guard let telegram = try? MBusTelegram(frame), isOurs(telegram) else { continue }
                begun.append(telegram)
                if telegram.moreFollows, begun.count < MBusReadout.mostTelegrams { continue }
                defer { begun.removeAll() }
                guard let reading = reader.take(begun, at: moment) else { continue }
                context.status.didRead(at: moment.time, held: reading.held.count)
                if reading.point.isEmpty, reading.held.isEmpty {
                    context.status.didFail("\(NoFields(role: settings.role))", at: moment.time)
                }
                if !reading.point.isEmpty { receiver.append(reading.point) }
            }
        }
    }

    /// True for an answer of the configured meter.
    private func isOurs(_ telegram: MBusTelegram) -> Bool {
        switch settings.address {
        case .primary(let number): telegram.address == number
        case .secondary(let meter): telegram.header?.meter.map(meter.matches) ?? false
        }
    }
}
