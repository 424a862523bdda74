import MeterProtocols
import Testing

/// What a listener on a line makes of questions and answers, by the worked bytes of the protocol's notes.
struct AuroraListenerTests {
    private static let power = AuroraQuestion.measure(.gridWatts, isGlobal: false)
    private static let askPower: [UInt8] = [0x02, 0x3B, 0x03, 0, 0, 0, 0, 0, 0xA9, 0x24]
    private static let power1523: [UInt8] = [0x00, 0x06, 0x44, 0xBE, 0x70, 0x00, 0xD1, 0xC2]
    private static let askSerial: [UInt8] = [0x02, 0x3F, 0, 0, 0, 0, 0, 0, 0xA2, 0x47]
    private static let serial: [UInt8] = [0x36, 0x35, 0x34, 0x33, 0x32, 0x31, 0xEC, 0x28]

    private func exchanges(_ pieces: [[UInt8]]) -> (found: [AuroraListener.Exchange], stray: Int) {
        var listener = AuroraListener()
        var found: [AuroraListener.Exchange] = []
        for piece in pieces { listener.push(piece) { found.append($0) } }
        listener.finish { found.append($0) }
        return (found, listener.strayBytes)
    }

    @Test("a line that is split at any byte is paired alike")
    func split() {
        let line = Self.askPower + Self.power1523 + Self.askSerial + Self.serial
        for place in 0...line.count {
            let (found, stray) = exchanges([Array(line[..<place]), Array(line[place...])])
            #expect(found.map(\.question) == [Self.power, .serialNumber], "split at \(place)")
            #expect(found.map(\.answer) == [.value(1523.5), .text("654321")], "split at \(place)")
            #expect(found.allSatisfy { $0.address == 2 } && stray == 0, "split at \(place)")
        }
    }

    @Test("an echo is no question of its own, and three times the same are two")
    func echo() {
        let echoed = exchanges([
            Self.askPower, Self.askPower + Self.power1523, Self.askSerial, Self.askSerial, Self.serial,
        ])
        #expect(echoed.found.map(\.answer) == [.value(1523.5), .text("654321")] && echoed.stray == 0)
        #expect(exchanges([Self.askPower, Self.askPower, Self.askPower]).found.map(\.answer) == [nil, nil])
    }

    @Test("a question without an answer does not get that of the next, and noise gets none")
    func silence() {
        let (found, stray) = exchanges([
            Self.askPower, [0xFF, 0x00, 0x3B], Self.askSerial + Self.serial, Self.power1523,
        ])
        #expect(found.map(\.question) == [Self.power, .serialNumber])
        #expect(found.map(\.answer) == [nil, .text("654321")])
        #expect(stray == 3 + 8)
    }
}
