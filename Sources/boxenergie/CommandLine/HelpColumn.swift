/// The right column of a help, in which the argument parser tells what options and commands are for.
enum HelpColumn {
    /// The blanks before it.
    private static let indent = String(repeating: " ", count: 26)

    /// The lines of a help with none too long: the end of one that became so by its translation goes on the next line.
    ///
    /// - Parameters:
    ///   - lines: those of the parser, some of them translated since.
    ///   - columns: the width of the terminal.
    /// - Returns: the lines, as many or more.
    static func folded(_ lines: [String], _ columns: Int) -> [String] {
        var result: [String] = []
        var rest = ""
        for line in lines {
            var line = line
            if !rest.isEmpty {
                if line.hasPrefix(indent) {
                    line = "\(indent)\(rest) \(line.dropFirst(indent.count))"
                } else {
                    result.append(indent + rest)
                }
                rest = ""
            }
            if line.hasPrefix("  "), line.count > columns, let blank = lastBlank(of: line, columns) {
                rest = String(line[blank...].dropFirst())
                line = String(line[..<blank])
            }
            result.append(line)
        }
        return rest.isEmpty ? result : result + [indent + rest]
    }

    /// The last blank in the column before which a line fits; `nil` when it has none there.
    private static func lastBlank(of line: String, _ columns: Int) -> String.Index? {
        let end = line.index(line.startIndex, offsetBy: columns)
        let blank = line[...end].lastIndex(of: " ")
        return blank.flatMap { line.distance(from: line.startIndex, to: $0) > indent.count ? $0 : nil }
    }
}
