public import MeterCore
import MeterNotation
import MeterProtocols

extension ModbusSource {
    /// Reads the recorded device as the live one, until the recording ends.
    ///
    /// Only exchanges with this source's unit count; others on the line are passed over.
    public func replay(
        _ recording: any Recording,
        into receiver: any PointReceiver,
        context: SourceContext
    ) async throws {
        let unit = settings.unit
        let exchanges = RecordedExchanges(recording, ModbusListener()) { $0.unit == unit }
        let device = RecordedModbus(exchanges: exchanges, unit: unit)
        let reader = settings.reader(context)
        while try await exchanges.nextTime() != nil {
            do {
                let before = await reader.held
                let points = try await reader.read(device)
                context.status.didRead(at: await exchanges.time, held: await reader.held - before)
                for point in points { receiver.append(point) }
            } catch is RecordingEnded {
                return
            } catch let trouble as ModbusTrouble {
                await reader.forget()
                context.status.didFail("\(trouble)", at: await exchanges.time)
            } catch let error as ModbusError {
                await reader.forget()
                context.status.didFail("\(error)", at: await exchanges.time)
            }
        }
    }
}

/// A device that gives the answers that it gave when it was recorded.
private struct RecordedModbus: ModbusAsking {
    /// The exchanges with the device.
    let exchanges: RecordedExchanges<ModbusListener>
    /// The number of the device.
    let unit: UInt8

    /// The time of the last exchange.
    var now: (time: Timestamp, uptime: Uptime) {
        get async {
            let time = await exchanges.time
            return (time, await exchanges.uptime(time))
        }
    }

    /// What was asked comes next in the recording.
    func isWanted(_ request: ModbusRequest, _ isDue: Bool) async -> Bool {
        await exchanges.isNext { $0.request == request }
    }

    /// The next recorded answer; a refusal for being busy is followed by the next try, as on the line.
    func ask(_ request: ModbusRequest) async throws -> ModbusAnswer {
        let exchange = try await exchanges.answer { exchange in
            exchange.request == request
        } isAnswered: { exchange in
            if case .failure(.refused(let exception))? = exchange.answer {
                !exception.isBusy
            } else {
                exchange.answer != nil
            }
        }
        guard let answer = exchange.answer else {
            throw ModbusTrouble(
                description: said("unit \(unit) did not answer in the recording when asked for \(request.words)")
            )
        }
        return try answer.get()
    }
}
