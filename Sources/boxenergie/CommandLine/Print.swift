import MeterCore

/// Prints a text to standard output as a person may see it: no word of a device or server in it steers the terminal.
///
/// It stands before the standard library's in this module, so that no command has to think of that.
func print(_ text: String, terminator: String = "\n") { Swift.print(harmless(text), terminator: terminator) }

/// A text at the right edge of a column; a longer one stays as it is.
func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
}
