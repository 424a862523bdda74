import InfluxOutput
import MeterCore
import MeterIO
import MeterNotation

/// The one file by which a box joins a centre: where that is, how it is known, the user and the password, what is sent.
///
/// TOML, whose last line has the SHA-256 of all lines above it: what was cut or changed on its way is refused whole.
struct JoinFile: Equatable {
    /// The form of the file; another one is of another release.
    static let version = 1
    /// The longest file, in bytes.
    static let largest = 64 << 10
    private static let checksumKey = "checksum = \""

    /// The name by which the centre knows the box.
    var name: String
    /// The address of the centre, https but for one on this very machine.
    var url: String
    /// The database there.
    var database: String
    /// The user there.
    var username: String
    /// The user's password, or a token where that stands for it.
    var password: String
    /// The SHA-256 of the centre's public key in base64; `nil` where its certificate is trusted by its name.
    var pin: String?
    /// The names of measurements there.
    var names = InfluxSettings.Names.plain
    /// What is sent; see `OutputChoice`.
    var choice: OutputChoice
    /// How often it is sent; `nil` for each time that something is due.
    var sendEvery: Duration?
    /// The last day on which it may be used.
    var until: LocalDate

    /// The setting that says how often it is sent, as a file and a configuration have it.
    var paceLines: [String] { sendEvery.map { ["send_every = \"\(DurationText.format($0))\""] } ?? [] }

    /// The text of the file.
    ///
    /// - Throws: `SigningError` where libcrypto is missing.
    func text() throws(SigningError) -> String {
        var lines = [
            "# " + said("With this file a box joins the centre. On the box: sudo boxenergie join FILE"),
            "# " + said("It holds a password: hand it over like a key, and delete it when the box has joined."),
            "version = \(Self.version)",
            "name = \(tomlText(name))",
            "until = \"\(until)\"",
            "url = \(tomlText(url))",
        ]
        if let pin { lines.append("pin = \(tomlText(pin))") }
        lines += [
            "database = \(tomlText(database))", "username = \(tomlText(username))", "password = \(tomlText(password))",
        ]
        if names != .plain { lines.append("names = \(tomlText(names.rawValue))") }
        lines += choice.lines + paceLines
        let text = lines.joined(separator: "\n") + "\n"
        let sum = try Digest(of: [UInt8](text.utf8))
        return text + Self.checksumKey + "\(sum)\"\n"
    }

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - bytes: all of it; a carriage return before a line feed, as mail programs add, changes nothing.
    ///   - file: its name in messages.
    ///   - today: the day on which it is to be used.
    /// - Throws: a `CommandError` with code 78 for a file that is damaged, of another release, out of date, or wrong;
    ///   `SigningError` where libcrypto is missing.
    init(_ bytes: [UInt8], file: String, today: LocalDate) throws {
        let text = try Self.whole(bytes.filter { $0 != UInt8(ascii: "\r") }, file)
        // Nobody lists these settings, so they need no help.
        let document = ConfigDocument(bytes: text, file: file)
        let root = document.root
        let version = root.integer("version", in: 1...1_000_000, "")
        guard document.diagnostics.hasErrors || version == Self.version else {
            throw CommandError(
                "\(file) is of another release: it has the form \(version), and this boxenergie reads \(Self.version). "
                    + "Bring this box up to date, or ask the centre for a file of its release",
                exitCode: 78
            )
        }
        name = root.string("name", "")
        url = root.string("url", "")
        pin = root.pinnedKey("pin", besides: [], "")
        database = root.string("database", "")
        username = root.string("username", "")
        password = root.string("password", "")
        names = root.choice("names", default: .plain, "")
        choice = OutputChoice(
            only: OutputChoice.only(root, ""),
            every: root.optionalDuration("every", in: .seconds(1) ... .seconds(86_400), "")
        )
        sendEvery = QueueSettings.sendEvery(root, "")
        let day = root.string("until", "")
        until = LocalDate(day) ?? LocalDate(dayNumber: 0)
        if !day.isEmpty, LocalDate(day) == nil {
            root.report("expected a day such as \"2025-08-01\", found \"\(day)\"", at: "until")
        }
        if !name.isEmpty, !BoxUsers.isName(name) {
            root.report("only small letters, digits, \"-\" and \"_\", \(BoxUsers.longestName) at most", at: "name")
        }
        if !url.isEmpty, !Self.isSafe(url) {
            root.report("the address must begin with https://, or the password would go in plain text", at: "url")
        }
        root.finish()
        guard !document.diagnostics.hasErrors else {
            throw CommandError(
                "\(document.diagnostics.errors.map(\.description).joined(separator: "\n"))",
                exitCode: 78
            )
        }
        guard today <= until else {
            throw CommandError(
                "\(file) was to be used until \(until), and by the clock of this machine it is \(today): set that if it is "
                    + "wrong, else ask the centre for a new file",
                exitCode: 78
            )
        }
    }

    /// Makes the content of a file.
    init(
        name: String,
        url: String,
        database: String,
        username: String,
        password: String,
        pin: String?,
        names: InfluxSettings.Names = .plain,
        choice: OutputChoice,
        sendEvery: Duration?,
        until: LocalDate
    ) {
        (self.name, self.url, self.database, self.username) = (name, url, database, username)
        (self.password, self.pin, self.names, self.choice, self.until) = (password, pin, names, choice, until)
        self.sendEvery = sendEvery
    }

    /// The lines above the checksum, as they were written.
    private static func whole(_ bytes: [UInt8], _ file: String) throws -> [UInt8] {
        let mark = [UInt8](("\n" + checksumKey).utf8)
        guard let place = bytes.ranges(of: mark).last else {
            throw CommandError(
                "\(file) is not whole, or no file of a centre: its last line lacks. Copy it again, as a file",
                exitCode: 78
            )
        }
        let text = [UInt8](bytes[...place.lowerBound])
        let rest = String(decoding: bytes[place.upperBound...], as: UTF8.self).trimmed
        let sum = try Digest(of: text)
        guard rest == "\(sum)\"" else {
            throw CommandError(
                "\(file) was damaged or changed on its way: its checksum is another one. Copy it again, as a file",
                exitCode: 78
            )
        }
        return text
    }

    /// True where nobody on the way reads the password.
    private static func isSafe(_ url: String) -> Bool {
        url.hasPrefix("https://") || isOfThisMachine(url)
    }
}

extension OutputChoice {
    /// The settings as lines of TOML.
    var lines: [String] {
        var lines: [String] = []
        if !only.isEmpty { lines.append("only = [\(only.map(tomlText).joined(separator: ", "))]") }
        if let every { lines.append("every = \"\(DurationText.format(every))\"") }
        return lines
    }
}
