import ArgumentParser
import MeterNotation

/// A text of several paragraphs in the language of the system, each on one line: the argument parser breaks them to the
/// width of the terminal.
///
/// Lines that begin with a blank, such as examples, and the line above them stay as they are.
func prose(_ text: Phrase) -> String {
    var lines: [Substring] = []
    for line in said(text).split(separator: "\n", omittingEmptySubsequences: false) {
        if let last = lines.last, !last.isEmpty, !last.hasPrefix(" "), !line.isEmpty, !line.hasPrefix(" ") {
            lines[lines.count - 1] = "\(last) \(line)"
        } else {
            lines.append(line)
        }
    }
    return lines.joined(separator: "\n")
}

extension ArgumentHelp {
    /// The help of an argument in the language of the system.
    static func said(_ phrase: Phrase) -> ArgumentHelp { ArgumentHelp(MeterNotation.said(phrase)) }
}
