public import MeterCore
import MeterIO
import MeterNotation
import MeterProtocols

extension AuroraSource {
    /// Asks the recorded inverter as the live one, until the recording ends.
    public func replay(
        _ recording: any Recording,
        into receiver: any PointReceiver,
        context: SourceContext
    ) async throws {
        let address = settings.address
        let inverter = AuroraInverter(settings, context: context)
        let exchanges = RecordedExchanges(recording, AuroraListener()) { $0.address == address }
        while let time = try await exchanges.nextTime() {
            do throws(BusError) {
                let points = try await inverter.round(
                    at: time,
                    monotonic: await exchanges.uptime(time),
                    wants: { question in await exchanges.isNext { $0.question == question } }
                ) {
                    question throws(BusError) in
                    try await Self.recorded(question, address, exchanges)
                }
                for point in points { receiver.append(point) }
            } catch {
                // The recording has ended in the middle of a round; the next look at it says so.
                continue
            }
        }
    }

    /// The recorded answer to a question.
    ///
    /// - Parameters:
    ///   - question: to be answered.
    ///   - address: of the inverter, for messages.
    ///   - exchanges: of the recording.
    /// - Returns: the recorded answer.
    /// - Throws: `BusError` as the live line does: `.silent` without an answer, `.lineLost` at the end of the
    ///   recording.
    private static func recorded(
        _ question: AuroraQuestion,
        _ address: UInt8,
        _ exchanges: RecordedExchanges<AuroraListener>
    ) async throws(BusError) -> AuroraAnswer {
        let answer: AuroraAnswer?
        do {
            answer = try await exchanges.answer(to: { $0.question == question }, isAnswered: { $0.answer != nil })
                .answer
        } catch {
            throw BusError(.lineLost, said("inverter \(address)"), said(question.words), said("the recording is over"))
        }
        guard let answer else {
            throw BusError(
                .silent,
                said("inverter \(address)"),
                said(question.words),
                said("nothing came in the recording")
            )
        }
        return answer
    }
}
