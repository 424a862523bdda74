import MeterCore

/// Prints a text to standard output as a person may see it: no word of a device or server in it steers the terminal.
///
/// It stands before the standard library's in this module, so that no command has to think of that.
func print(_ text: String, terminator: String = "\n") { Swift.print(harmless(text), terminator: terminator) }
