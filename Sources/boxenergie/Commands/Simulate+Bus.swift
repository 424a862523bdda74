import MeterCore
import MeterIO
import MeterSimulation

extension Simulate {
    /// Answers on a line of its own as the house's Modbus devices, until the task is cancelled.
    ///
    /// - Parameters:
    ///   - house: the house, not later than its beginning.
    ///   - start: the beginning, in seconds since 1970.
    ///   - link: the path of the link to the line.
    ///   - producedWh: what the inverter's register begins with; `nil` for one that was used before.
    /// - Throws: as `answer` does.
    func playModbus(_ house: House, from start: Int64, at link: String, producedWh: Int64?) async throws {
        var house = house
        let state = house.advance(to: start)
        var devices = producedWh.map { ModbusHouse(state, producedWh: $0) } ?? ModbusHouse(state)
        try await answer(from: start, at: link) { sent, time in
            devices.update(house.advance(to: time))
            return devices.answer(&sent)
        }
    }

    /// Answers on a line of its own as the house's inverter that speaks Aurora, until the task is cancelled.
    ///
    /// - Parameters:
    ///   - house: the house, not later than its beginning.
    ///   - start: the beginning, in seconds since 1970.
    ///   - link: the path of the link to the line.
    /// - Throws: as `answer` does.
    func playAurora(_ house: House, from start: Int64, at link: String) async throws {
        var house = house
        var inverter = AuroraHouse(house.advance(to: start))
        try await answer(from: start, at: link) { sent, time in
            inverter.update(house.advance(to: time))
            return inverter.answer(&sent)
        }
    }

    /// Plays the devices of an RS485 line.
    ///
    /// - Parameters:
    ///   - start: the house's beginning, in seconds since 1970.
    ///   - link: the path of the link to the line.
    ///   - devices: takes the whole requests out of what was sent until a time, and answers.
    /// - Throws: when there is no pseudo-terminal, `CancellationError`.
    private func answer(from start: Int64, at link: String, _ devices: (inout [UInt8], Int64) -> [UInt8]) async throws {
        var terminal = try PseudoTerminal()
        try terminal.link(at: link)
        print(link)
        let origin = EventLoop.main.now
        var sent: [UInt8] = []
        while true {
            try await EventLoop.main.waitUntilReadable(terminal.descriptor)
            sent += try terminal.read()
            let elapsed = EventLoop.main.now.seconds(since: origin) * speed
            var answers = devices(&sent, start + Int64(elapsed))[...]
            while !answers.isEmpty {
                answers = answers.dropFirst(try terminal.write(answers))
                if !answers.isEmpty { try await EventLoop.main.sleep(for: .milliseconds(20)) }
            }
        }
    }
}
