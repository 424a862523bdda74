import Glibc
import MeterCore
import Synchronization

/// Counts the readings and says on standard output how far they have got.
///
/// `a 12` when reading 12 was handed over; `s 9 2 4-6 8` when the readings to 9 but for 4 to 6 and 8 are on the server or
/// on the disk: none of them may be lost by whatever happens next. 2 readings still wait for their dates.
final class Numbers: Sendable {
    private struct State {
        var last: Int64
        var said = ""
        var uploaders: [Uploader] = []
        var batchers: [Batcher] = []
        var daemon: Daemon?
    }

    private let state: Mutex<State>

    init(after last: Int64) { state = Mutex(State(last: last)) }

    /// Whose daemon it is.
    func note(_ daemon: Daemon) { state.withLock { $0.daemon = daemon } }
    /// One more way on which readings can be.
    func note(_ batcher: Batcher) { state.withLock { $0.batchers.append(batcher) } }
    func note(_ uploader: Uploader) { state.withLock { $0.uploaders.append(uploader) } }

    /// Hands the next number to whom it concerns.
    func next(_ body: (Int64) -> Void) {
        sayWhatIsSafe()
        let number = state.withLock { state in
            state.last += 1
            return state.last
        }
        body(number)
        say("a \(number)")
    }

    /// The newest readings are collected for the next batch or wait for a date; batches in memory tell their own.
    ///
    /// All of the program's tasks run on one thread, so nothing is on its way between two parts now.
    func sayWhatIsSafe() {
        let text = state.withLock { state -> String? in
            let dating = state.daemon?.intake.dating
            let newest = state.batchers.reduce(0) { $0 + $1.waiting } + (dating?.unsaved ?? 0)
            let batches = state.uploaders.flatMap(\.outbox.memory)
            let text =
                "s \(state.last - Int64(newest)) \(dating?.waiting ?? 0)"
                + Self.ranges(Set(batches.flatMap(Self.numbers)).sorted())
            guard text != state.said else { return nil }
            state.said = text
            return text
        }
        if let text { say(text) }
    }

    private static func numbers(_ batch: Batch) -> [Int64] {
        batch.lines.split(separator: UInt8(ascii: "\n")).compactMap { line in
            let field = line.split(separator: UInt8(ascii: " ")).dropFirst().first ?? []
            return Int64(String(decoding: field.filter { (0x30...0x39).contains($0) }, as: UTF8.self))
        }
    }

    private static func ranges(_ numbers: [Int64]) -> String {
        var text = ""
        var start: Int64?
        for (place, number) in numbers.enumerated() {
            let first = start ?? number
            start = first
            if place + 1 < numbers.count, numbers[place + 1] == number + 1 { continue }
            text += first == number ? " \(number)" : " \(first)-\(number)"
            start = nil
        }
        return text
    }

    private func say(_ text: String) {
        let bytes = [UInt8]((text + "\n").utf8)
        _ = bytes.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
    }
}
