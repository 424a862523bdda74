import Glibc

/// The line that shows how a command is written, which the argument parser leaves as long as it is.
enum Usage {
    /// The width of the terminal: `COLUMNS`, that of the screen, or else 80, as the argument parser finds it.
    static var columns: Int {
        if let columns = getenv("COLUMNS").flatMap({ Int(String(cString: $0)) }), columns > 0 { return columns }
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// A usage on as many lines as it needs, those behind the first under the name of the program.
    ///
    /// It is broken between options and arguments, never within one.
    ///
    /// - Parameters:
    ///   - usage: in one line, such as `USAGE: boxenergie read <name> [--config <config>]`.
    ///   - columns: the longest line; a part that is longer has a line of its own.
    /// - Returns: the lines.
    static func wrapped(_ usage: String, _ columns: Int) -> [String] {
        guard usage.count > columns, let name = usage.firstRange(of: "boxenergie") else { return [usage] }
        let indent = usage.distance(from: usage.startIndex, to: name.lowerBound)
        var lines: [String] = []
        var line = ""
        for part in parts(of: usage) {
            if !line.isEmpty, line.count + 1 + part.count > columns {
                lines.append(line)
                line = String(repeating: " ", count: indent) + part
            } else {
                line += line.isEmpty ? part : " \(part)"
            }
        }
        return lines + [line]
    }

    /// The words of a usage, an option with its value as one.
    private static func parts(of usage: String) -> [String] {
        var parts: [String] = []
        for word in usage.split(separator: " ") {
            let last = parts.last ?? ""
            let isOpen = last.count { $0 == "[" } > last.count { $0 == "]" }
            if isOpen || last.hasPrefix("--") && !last.contains(" ") && word.hasPrefix("<") {
                parts[parts.count - 1] += " \(word)"
            } else {
                parts.append(String(word))
            }
        }
        return parts
    }
}
