import MeterCore
import Testing

@testable import MeterIO

@Suite struct KernelsWordTests {
    @Test("the kernel is asked about NTP every five seconds, and at once when the clock was set")
    func asking() {
        var word = KernelsWord()
        var isKept = false
        var asked = 0
        func says(_ uptime: Double, set: Double = 0) -> Bool {
            let nanoseconds = Int64(uptime * 1e9)
            let wall = Timestamp(nanoseconds: 1_700_000_000_000_000_000 + nanoseconds + Int64(set * 1e9))
            return word.isSynchronized(wall, Uptime(nanoseconds: nanoseconds)) {
                asked += 1
                return isKept
            }
        }
        #expect(!says(100) && asked == 1)
        isKept = true
        #expect(!says(100) && !says(104.9, set: 0.003) && asked == 1)
        #expect(says(105) && says(106) && asked == 2)
        isKept = false
        // The clock is set by a minute, and back by a second.
        #expect(!says(106, set: 60) && !says(107, set: 60) && asked == 3)
        isKept = true
        #expect(says(107, set: 59) && asked == 4)
        // An earlier instant, as a thread that was held up has: the word of then is not known.
        #expect(says(106.9, set: 59) && asked == 5)
    }
}
