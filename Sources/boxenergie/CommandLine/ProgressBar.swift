import Glibc
import MeterCore

/// Shows a person how far long work is; says nothing into a file or a pipe.
struct ProgressBar: Sendable {
    private static let width = 40
    private let isShown = isatty(STDERR_FILENO) == 1
    private let title: String
    private var shown = -1

    init(_ title: String) { self.title = title }

    /// Shows a share of the work, from 0 to 1, and where it is.
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
        StandardError.write(text + "\n")
    }

    /// Leaves the line to what comes next.
    func finish() { if isShown, shown >= 0 { StandardError.write("\n") } }
}
