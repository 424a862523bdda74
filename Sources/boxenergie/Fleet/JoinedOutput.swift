import InfluxOutput
import MeterCore
import MeterNotation

/// The output to a centre in the configuration: a block between two marks, which `join` writes and `leave` takes out.
///
/// What stands outside of the marks is never touched. The password is in a file of its own beside the state of the box.
struct JoinedOutput {
    /// NAME in `[output.NAME]`.
    let name: String
    /// Path of the configuration, links followed.
    let path: String
    /// Folder of the state, which has the password's file and belongs to the user of the service.
    let state: String
    /// The configuration as it is.
    private let text: String
    /// The part of it between the marks, with them; `nil` where there is none.
    private let block: Range<String.Index>?

    /// Looks for the block.
    ///
    /// - Throws: a `CommandError` with code 78 when its marks are not in order, `DiskError` when the file cannot be read.
    init(_ name: String, in config: String, state: String) throws {
        (self.name, self.state) = (name, state)
        path = DiskFile.real(config)
        text = String(decoding: try SmallFile.read(path, atMost: 1 << 20), as: UTF8.self)
        let begins = Self.lines(of: text, like: Self.first(name))
        let ends = Self.lines(of: text, like: Self.last(name))
        if begins.isEmpty, ends.isEmpty {
            block = nil
            return
        }
        guard begins.count == 1, ends.count == 1, let begin = begins.first?.lowerBound,
            let end = ends.first?.upperBound, begin < end
        else {
            throw CommandError(
                "\(config): the marks of boxenergie join around [output.\(name)] are not in order; take that block out by hand",
                exitCode: 78
            )
        }
        block = begin..<end
    }

    private static func first(_ name: String) -> String { "# >>> boxenergie join \(name)" }
    private static func last(_ name: String) -> String { "# <<< boxenergie join \(name)" }

    /// The lines that say only that, with their ends: an editor may have added blanks, the carriage returns of Windows, or
    /// have taken the last line feed.
    private static func lines(of text: String, like mark: String) -> [Range<String.Index>] {
        var found: [Range<String.Index>] = []
        var start = text.startIndex
        while start < text.endIndex {
            // By bytes: to Swift a carriage return with its line feed is one character.
            let feed = text.utf8[start...].firstIndex(of: UInt8(ascii: "\n"))
            let end = feed.map(text.utf8.index(after:)) ?? text.endIndex
            if text[start..<end].trimmed == mark { found.append(start..<end) }
            start = end
        }
        return found
    }

    /// True when the configuration has it.
    var isThere: Bool { block != nil }
    /// True when a password is left of a block that somebody took out by hand.
    var hasSecrets: Bool { !secrets.isEmpty }

    /// The files with its passwords, of now and of before.
    private var secrets: [String] {
        Folder(state).visibleNames.filter { $0.hasPrefix(name + ".") && $0.hasSuffix(".join.password") }.map {
            "\(state)/\($0)"
        }
    }

    /// Path of the password that a file brings; another one for each file, so that a running box takes it over as a change.
    ///
    /// - Throws: `SigningError` where libcrypto is missing.
    func secret(of file: JoinFile) throws -> String {
        let mark = try Digest(of: [UInt8]("\(file.username) \(file.password)".utf8))
        return "\(state)/\(name).\("\(mark)".prefix(8)).join.password"
    }

    /// The configuration with this output to a centre, in the place of the one before.
    ///
    /// - Throws: `SigningError` where libcrypto is missing.
    func joined(by file: JoinFile) throws -> String {
        let new = try lines(of: file)
        let isEnded = text.utf8.last == UInt8(ascii: "\n")
        guard let block else { return text + (text.isEmpty ? "" : isEnded ? "\n" : "\n\n") + new }
        return "\(text[..<block.lowerBound])\(new)\(text[block.upperBound...])"
    }

    /// The block for a file, with its marks.
    ///
    /// - Throws: `SigningError` where libcrypto is missing.
    func lines(of file: JoinFile) throws -> String {
        let secret = try secret(of: file)
        var lines = [
            "# " + said("boxenergie join wrote this, and boxenergie leave takes it out again."),
            "[output.\(name)]",
            "type = \"influx\"",
            "joined_as = \(tomlText(file.name))",
            "url = \(tomlText(file.url))",
        ]
        if let pin = file.pin { lines.append("pin = \(tomlText(pin))") }
        lines += [
            "database = \(tomlText(file.database))", "username = \(tomlText(file.username))",
            "password_file = \(tomlText(secret))",
        ]
        if file.names != .plain { lines.append("names = \(tomlText(file.names.rawValue))") }
        // The same pace for all: whether somebody looks at the centre is nothing that a box may ask there.
        lines += file.choice.lines + ["flush = \"1min\""] + file.paceLines
        return ([Self.first(name)] + lines + [Self.last(name)]).joined(separator: "\n") + "\n"
    }

    /// The configuration without it.
    var left: String {
        guard let block else { return text }
        var before = text[..<block.lowerBound]
        // With the empty line that was put before it.
        if ["\n\n", "\n\r\n"].contains(where: { before.utf8.reversed().starts(with: $0.utf8.reversed()) }) {
            before.removeLast()
        }
        return String(before + text[block.upperBound...])
    }

    /// Writes the password and the configuration, each as a whole, and deletes the passwords of before.
    ///
    /// The last one stays until the next time: the running box goes by it until it reads its configuration again.
    ///
    /// - Parameters:
    ///   - file: has the password.
    ///   - configuration: the text with this output.
    /// - Throws: `DiskError`; then the configuration is as it was.
    func write(_ file: JoinFile, _ configuration: String) throws {
        let secret = try secret(of: file)
        try ReplacedFile(secret).write([UInt8]((file.password + "\n").utf8), mode: 0o600)
        try ReplacedFile(path).rewrite([UInt8](configuration.utf8))
        for old in secrets where old != secret && !text.contains(tomlText(old)) { try? DiskFile.remove(old) }
    }

    /// Takes it out, and deletes its passwords.
    ///
    /// - Throws: `DiskError`; then the configuration is as it was.
    func leave() throws {
        if isThere { try ReplacedFile(path).rewrite([UInt8](left.utf8)) }
        for old in secrets { try? DiskFile.remove(old) }
    }
}
