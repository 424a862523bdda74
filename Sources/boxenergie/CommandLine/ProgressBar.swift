import Glibc
import MeterCore

/// Shows a person the progress of long work, on standard error; says nothing into a file or a pipe.
struct ProgressBar: Sendable {
    /// Length of the bar, in characters.
    private static let width = 40
    /// True when standard error is a terminal.
    private let isShown = isatty(STDERR_FILENO) == 1
    /// The word before the bar, the command's name.
    private let title: String
    /// Percent shown last, so that the line is written a hundred times at most; -1 while none is on the screen.
    private var shown = -1

    /// Makes a bar that is not shown yet.
    init(_ title: String) { self.title = title }

    /// Shows the progress.
    ///
    /// - Parameters:
    ///   - share: the part of the work that is done, from 0 to 1; what is outside is taken for the nearer end.
    ///   - place: a word on where the work is, such as a day.
    mutating func show(_ share: Double, _ place: String) {
        let percent = Int(max(0, min(1, share)) * 100)
        guard isShown, percent != shown else { return }
        shown = percent
        let done = percent * Self.width / 100
        let bar = String(repeating: "#", count: done) + String(repeating: ".", count: Self.width - done)
        StandardError.write("\r\(title) [\(bar)] \(percent) % \(place) ")
    }

    /// Writes a line above the bar, also into a file or a pipe.
    mutating func say(_ text: String) {
        if isShown, shown >= 0 { StandardError.write("\r\u{1B}[K") }
        shown = -1
        printError(text)
    }

    /// Leaves the line to what comes next.
    func finish() { if isShown, shown >= 0 { StandardError.write("\n") } }
}
