import MeterCore
import MeterIO
import MeterSimulation

extension Simulate {
    /// Answers on a line of its own as the house's Modbus devices would, until the task is cancelled.
    func playModbus(_ house: House, from start: Int64, at link: String) async throws {
        var house = house
        var devices = ModbusHouse(house.advance(to: start))
        var terminal = try PseudoTerminal()
        try terminal.link(at: link)
        print(link)
        let origin = EventLoop.main.now
        var sent: [UInt8] = []
        while true {
            try await EventLoop.main.waitUntilReadable(terminal.descriptor)
            sent += try terminal.read()
            let elapsed = Int64(EventLoop.main.now.seconds(since: origin) * speed)
            devices.update(house.advance(to: start + elapsed))
            var answers = devices.answer(&sent)[...]
            while !answers.isEmpty {
                answers = answers.dropFirst(try terminal.write(answers))
                if !answers.isEmpty { try await EventLoop.main.sleep(for: .milliseconds(20)) }
            }
        }
    }
}
