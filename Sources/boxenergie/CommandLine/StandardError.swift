import MeterCore

/// Writes a line to standard error.
func printError(_ text: String) { StandardError.write(text + "\n") }
