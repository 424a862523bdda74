import MeterCore

/// Writes a line to standard error, or several; no word of a device or server in it steers the terminal.
func printError(_ text: String) { StandardError.write(harmless(text) + "\n") }
