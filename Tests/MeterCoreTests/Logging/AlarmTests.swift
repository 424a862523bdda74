import MeterCore
import Testing

@Suite struct AlarmTests {
    private func at(_ seconds: Int64) -> Uptime { Uptime(nanoseconds: seconds * 1_000_000_000) }

    @Test("a trouble is said when it changes, then once an hour with how often it came back")
    func hourly() {
        var alarm = Alarm()
        let slow = (0...10).map { alarm.raise("no answer after \(15000 + $0) ms", at: at($0)) }
        #expect(slow == [0] + Array(repeating: nil, count: 10))
        let wrong = [20, 30, 3700].map { alarm.raise("wrong password", at: at($0)) }
        #expect(wrong == [0, nil, 1])
        let ends = [alarm.clear(), alarm.clear()]
        #expect(ends == [true, false])
    }

    @Test("a trouble that comes and goes all the time is one that lasts: said once an hour, its end too")
    func flapping() {
        var alarm = Alarm()
        var said = 0
        var ended = 0
        for second in stride(from: Int64(0), to: 86_400, by: 2) {
            if alarm.raise("answered 503", at: at(second)) != nil { said += 1 }
            if alarm.clear() { ended += 1 }
        }
        #expect(said == 24 && ended == 24)
    }

    @Test("a trouble that comes back now and then is said each time, but not within ten minutes")
    func comingBack() {
        var alarm = Alarm()
        var said: [Int?] = []
        for second: Int64 in [0, 500, 700, 1400] {
            said.append(alarm.raise("answered 503", at: at(second)))
            _ = alarm.clear()
        }
        #expect(said == [0, nil, 1, 0])
    }

    @Test("troubles that take turns, as those of two devices do, are said once each, then once an hour")
    func turns() {
        var alarm = Alarm()
        var said: [String] = []
        for second in Int64(0)..<7200 {
            let text = second.isMultiple(of: 2) ? "no value at \"power\"" : "no value at \"energy\""
            if let repeats = alarm.raise(text, at: at(second)) { said.append("\(text) \(repeats)") }
        }
        #expect(
            said == [
                "no value at \"power\" 0", "no value at \"energy\" 0", "no value at \"power\" 1799",
                "no value at \"energy\" 1799",
            ]
        )
        let isEnd = alarm.clear()
        #expect(isEnd)
    }

    @Test("of ever new words eight are said within an hour, and others later")
    func newWords() {
        var alarm = Alarm()
        let letters = (0..<7200).map { String(UnicodeScalar(0xAC00 + $0) ?? "x") }
        let said = letters.indices.filter { alarm.raise(letters[$0], at: at(Int64($0))) != nil }
        #expect(said == Array(0..<8) + Array(3600..<3608))
    }
}
