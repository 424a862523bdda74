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

    @Test("a trouble that comes and goes is said once in ten minutes, its end too")
    func flapping() {
        var alarm = Alarm()
        var said = 0
        var ended = 0
        for second in stride(from: Int64(0), to: 3600, by: 2) {
            if alarm.raise("answered 503", at: at(second)) != nil { said += 1 }
            if alarm.clear() { ended += 1 }
        }
        #expect(said == 6 && ended == 6)
    }
}
