import MeterProtocols
import Testing

/// What a listener on a line, or to a connection, makes of requests and answers.
struct ModbusListenerTests {
    private static let marker = ModbusRequest.read(ModbusSpan(.holdingRegisters, at: 40_000, count: 2))
    private static let askMarker: [UInt8] = [0x02, 0x03, 0x9C, 0x40, 0x00, 0x02, 0xEB, 0xBC]
    private static let sunS = rtu([0x02, 0x03, 0x04, 0x53, 0x75, 0x6E, 0x53])
    private static let refusal = rtu([0x02, 0x83, 0x02])

    private static func rtu(_ bytes: [UInt8]) -> [UInt8] {
        let sum = RTUFrame.checksum(bytes)
        return bytes + [UInt8(truncatingIfNeeded: sum), UInt8(sum >> 8)]
    }

    private func exchanges(_ pieces: [[UInt8]]) -> (found: [ModbusListener.Exchange], stray: Int) {
        var listener = ModbusListener()
        var found: [ModbusListener.Exchange] = []
        for piece in pieces { listener.push(piece) { found.append($0) } }
        listener.finish { found.append($0) }
        return (found, listener.strayBytes)
    }

    @Test("a serial line that is split at any byte is paired alike, whatever the answers are")
    func split() {
        let identify = ModbusRequest.identify(from: 0)
        let who = Self.rtu([0x02, 0x2B, 0x0E, 0x01, 0x01, 0x00, 0x00, 0x01, 0x00, 0x03] + Array("ABB".utf8))
        let line =
            Self.askMarker + Self.sunS + Self.askMarker + Self.refusal + RTUFrame.bytes(identify, to: 2) + who
            + Self.askMarker
        for place in 0...line.count {
            let (found, stray) = exchanges([Array(line[..<place]), Array(line[place...])])
            #expect(found.map(\.request) == [Self.marker, Self.marker, identify, Self.marker], "split at \(place)")
            #expect(found[0].answer == .success(.registers([0x5375, 0x6E53])))
            #expect(found[1].answer == .failure(.refused(ModbusException(code: 2))))
            if case .success(.identification(let texts))? = found[2].answer {
                #expect(texts.summary == "ABB")
            } else {
                Issue.record("no identification when split at \(place)")
            }
            #expect(found[3].answer == nil && found.allSatisfy { $0.unit == 2 } && stray == 0)
        }
    }

    @Test("an echo is no request of its own")
    func echo() {
        let (found, stray) = exchanges([Self.askMarker, Self.askMarker + Self.sunS, Self.askMarker, Self.askMarker])
        #expect(found.map(\.answer) == [.success(.registers([0x5375, 0x6E53])), nil] && stray == 0)
    }

    @Test("noise, an answer of nobody and one with a wrong checksum answer nothing")
    func noise() {
        var wrong = Self.sunS
        wrong[4] ^= 0x10
        let (found, stray) = exchanges([[0xFF, 0x01], Self.askMarker, wrong, Self.askMarker, Self.sunS, Self.sunS])
        #expect(found.map(\.answer) == [nil, .success(.registers([0x5375, 0x6E53]))])
        #expect(stray == 2 + 2 * Self.sunS.count)
    }

    @Test("a connection is told from a line, and an answer to another request is none")
    func network() {
        let request = TCPFrame.bytes(Self.marker, to: 2, transaction: 0x1234)
        func answer(_ number: UInt8) -> [UInt8] { [0x12, number, 0, 0, 0, 7, 2, 3, 4, 0x53, 0x75, 0x6E, 0x53] }
        let line = request + answer(0x34)
        for place in 0...line.count {
            let (found, stray) = exchanges([Array(line[..<place]), Array(line[place...])])
            #expect(found.count == 1 && found[0].answer == .success(.registers([0x5375, 0x6E53])) && stray == 0)
        }
        #expect(exchanges([request, answer(0x33)]).found.map(\.answer) == [nil])
    }
}
