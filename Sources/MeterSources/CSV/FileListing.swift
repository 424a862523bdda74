/// The lines of a folder as servers write them: like `ls -l`, like `dir`, or only names.
enum FileListing {
    /// The plain file on a line; `nil` for a folder, a link and anything else.
    ///
    /// FTP has no rule for the listing (RFC 959 leaves it to the server), so each form is guessed by its first words.
    static func entry(_ line: String) -> FileEntry? {
        let words = line.split(separator: " ", omittingEmptySubsequences: true)
        if let first = words.first, first.count >= 10, "-dlbcps".contains(first.prefix(1)),
            first.dropFirst().prefix(9).allSatisfy({ "rwxsStT-".contains($0) })
        {
            return unix(line, words)
        }
        if words.count >= 4, words[0].count == 8 || words[0].count == 10, words[0].filter({ $0 == "-" }).count == 2,
            words[1].contains(":")
        {
            return dos(line, words)
        }
        return isName(line) ? FileEntry(name: line) : nil
    }

    /// `-rw-r--r-- 1 owner group 1234 Oct 25 02:30 name with spaces`; some leave the group out.
    private static func unix(_ line: String, _ words: [Substring]) -> FileEntry? {
        guard words[0].hasPrefix("-") else { return nil }
        let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        let month = words.indices.first { place in
            place >= 3 && place + 3 < words.count && months.contains(words[place].lowercased().prefix(3).description)
                && Int(words[place - 1]) != nil
        }
        guard let month, let size = Int(words[month - 1]) else { return nil }
        let name = String(line[words[month + 3].startIndex...])
        return isName(name)
            ? FileEntry(name: name, size: size, version: words[(month - 1)...(month + 2)].joined(separator: " ")) : nil
    }

    /// `10-25-26  02:30AM    1234 name with spaces`.
    private static func dos(_ line: String, _ words: [Substring]) -> FileEntry? {
        guard let size = Int(words[2]) else { return nil }
        let name = String(line[words[3].startIndex...])
        return isName(name)
            ? FileEntry(name: name, size: size, version: words[0...2].joined(separator: " ")) : nil
    }

    /// True for a name that can be asked for: no slash and no control characters.
    private static func isName(_ name: String) -> Bool {
        !name.isEmpty && !name.contains("/") && name.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
    }
}
