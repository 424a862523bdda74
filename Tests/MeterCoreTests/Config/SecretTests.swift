import Glibc
import MeterCore
import MeterNotation
import Testing

/// A directory of its own for one test, removed with it.
private final class Scratch {
    let path: String

    init() throws {
        var template = Array("/tmp/boxenergie-config-XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { $0.baseAddress.flatMap { mkdtemp($0) } != nil }
        try #require(made)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Writes a file and returns its path.
    func write(_ name: String, _ bytes: [UInt8], mode: mode_t = 0o600) throws -> String {
        let file = "\(path)/\(name)"
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        try #require(bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) } == bytes.count)
        try #require(fchmod(descriptor, mode) == 0)
        return file
    }

    func write(_ name: String, _ text: String, mode: mode_t = 0o600) throws -> String {
        try write(name, Array(text.utf8), mode: mode)
    }

    deinit {
        if let directory = opendir(path) {
            while let entry = readdir(directory) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name != ".", name != ".." { unlink("\(path)/\(name)") }
            }
            closedir(directory)
        }
        rmdir(path)
    }
}

@Suite("Secrets")
struct SecretTests {
    private func read(
        _ text: String,
        credentials: String? = nil
    ) -> (secret: Secret?, found: [Diagnostic]) {
        let document = ConfigDocument(text: text, file: "f", credentialsDirectory: credentials)
        let secret = document.root.secretFile(credential: "influx-password", "The password.")
        document.root.finish()
        return (secret, document.diagnostics.all)
    }

    static let contents: [(content: String, value: String)] = [
        ("hunter2", "hunter2"), ("hunter2\n", "hunter2"), ("hunter2\r\n", "hunter2"), ("hunter2\n\n", "hunter2\n"),
        (" a b \n", " a b "), ("é\n", "é"),
    ]

    @Test("a secret is its file without one newline", arguments: contents)
    func content(content: String, value: String) throws {
        let scratch = try Scratch()
        let file = try scratch.write("secret", content)
        let (secret, found) = read("password_file = '\(file)'")
        #expect(try secret?.read() == value)
        #expect(found == [])
        withExtendedLifetime(scratch) {}
    }

    @Test("printing a secret shows dots only, before and after it was read")
    func neverPrinted() throws {
        let scratch = try Scratch()
        let secret = Secret(file: try scratch.write("s", "hunter2"))
        #expect(try secret.read() == "hunter2")
        var dumped = ""
        dump(["key": Optional(secret)], to: &dumped)
        var printed = ""
        print(secret, [secret], to: &printed)
        debugPrint(secret, to: &printed)
        struct Holder { var secret: Secret }
        let texts = [
            "\(secret)", String(describing: secret), String(reflecting: secret), dumped, printed,
            "\(Holder(secret: secret))", String(reflecting: Holder(secret: secret)),
        ]
        for text in texts {
            #expect(text.contains("•••"), "\(text)")
            #expect(!text.contains("hunter2"))
            #expect(!text.contains(secret.file))
        }
        #expect(Mirror(reflecting: secret).children.isEmpty)
    }

    @Test("a file that is not there is no error until it is read")
    func lazy() {
        let (secret, found) = read("password_file = '/nonexistent/x/secret'")
        #expect(found == [])
        #expect(
            throws: SecretError.self,
            performing: { try secret?.read() }
        )
        let error = #expect(throws: SecretError.self) { try Secret(file: "/nonexistent/s").read() }
        #expect(error?.description == "the secret file /nonexistent/s cannot be read: No such file or directory")
    }

    @Test("what cannot be a secret is refused without showing it")
    func refused() throws {
        let scratch = try Scratch()
        let fifo = "\(scratch.path)/fifo"
        try #require(mkfifo(fifo, 0o600) == 0)
        let cases: [(file: String, part: String)] = [
            (scratch.path, "Is a directory"), (fifo, "not a plain file"), (try scratch.write("e", ""), "is empty"),
            (try scratch.write("n", "\n"), "is empty"), (try scratch.write("b", [0xff, 0x41]), "UTF-8"),
            (try scratch.write("l", [UInt8](repeating: 65, count: 70_000)), "64KiB"),
        ]
        for (file, part) in cases {
            let error = #expect(throws: SecretError.self) { try Secret(file: file).read() }
            #expect(error?.description.contains(part) == true, "\(String(describing: error))")
        }
    }

    @Test("without a setting systemd's credential is taken, if there is one")
    func credential() throws {
        let scratch = try Scratch()
        #expect(read("", credentials: scratch.path).secret == nil)
        #expect(read("", credentials: nil).secret == nil)
        _ = try scratch.write("influx-password", "from systemd\n")
        #expect(try read("", credentials: scratch.path).secret?.read() == "from systemd")
        let other = try scratch.write("other", "from file")
        #expect(try read("password_file = '\(other)'", credentials: scratch.path).secret?.read() == "from file")
        // A mistake must not quietly take the other one.
        let (secret, found) = read("password_file = 'relative'", credentials: scratch.path)
        #expect(secret == nil)
        #expect(found.count == 1)
    }

    @Test("a file open to others is a warning, no error", arguments: [0o644, 0o640, 0o604, 0o660] as [mode_t])
    func open(mode: mode_t) throws {
        let scratch = try Scratch()
        let file = try scratch.write("s", "x", mode: mode)
        let (secret, found) = read("a = 1\npassword_file = '\(file)'")
        #expect(secret != nil)
        let warning = try #require(found.first { $0.severity == .warning })
        #expect(warning.position == SourcePosition(line: 2, column: 17))
        #expect(warning.message.contains("chmod 600 \(file)"))
        #expect(warning.message.contains(mode & 0o007 == 0 ? "group" : "everybody"))
    }

    static let leaks = [
        "password = \"hunter2\"", "password = 'hunter2", "password = hunter2", "password_file = \"hunter2\"",
        "password_file = ['hunter2']", "password = { hunter2 = 1", "password = \"hunter2\" x",
        "password = \"hunter2\\q\"",
        "password = \"hunter2\"\npassword = \"hunter2\"", "passwrd = \"hunter2\"", "password = 00hunter2",
        "password_file = hunter2", "password = thunter2", "[influx]\npassword = 'hunter2'\nx = [",
        "password = -hunter2",
        "password = '''hunter2", "password : hunter2", "password = ['hunter2'",
    ]

    @Test("no message shows a password somebody wrote into the file", arguments: leaks)
    func leak(text: String) {
        let (secret, found) = read(text)
        #expect(secret == nil)
        #expect(!found.isEmpty)
        for diagnostic in found { #expect(!diagnostic.description.contains("hunter2"), "\(diagnostic)") }
    }

    @Test("digits of a password in the file are not shown either")
    func numericLeak() {
        for text in [
            "password = 98765", "password = 98765987659876598765", "password = 098765", "password_file = 98765",
        ] {
            let (_, found) = read(text)
            #expect(found.count == 1)
            #expect(found.first?.description.contains("98765") == false, "\(found)")
        }
    }

    @Test("a password in the file is refused with what to write instead")
    func literal() {
        let (_, found) = read("password = 'hunter2'")
        #expect(found.count == 1)
        #expect(found.first?.position == SourcePosition(line: 1, column: 12))
        #expect(found.first?.message.contains("write password_file = ") == true)
        #expect(found.first?.severity == .error)
    }
}

@Suite("The file of a configuration")
struct ConfigFileTests {
    @Test("a file on disk reads like its text")
    func reads() throws {
        let scratch = try Scratch()
        let document = try ConfigDocument.read(file: try scratch.write("c.toml", "\u{feff}a = 1\r\n"))
        #expect(document.root.integer("a", "") == 1)
        #expect(document.file.hasSuffix("c.toml"))
        document.root.report("x", at: "a")
        #expect(document.diagnostics.all.map(\.description) == ["\(document.file):1:5: a: x"])
    }

    @Test("a file that cannot be read is one sentence that says what to do")
    func cannot() throws {
        let scratch = try Scratch()
        let denied = try scratch.write("denied", "a = 1", mode: 0)
        let large = try scratch.write("large", [UInt8](repeating: 35, count: 10_000_000))
        var cases: [(file: String, sentence: String)] = [
            (
                "\(scratch.path)/none.toml",
                "no configuration at \(scratch.path)/none.toml; \"boxenergie probe\" looks for meters and prints one to "
                    + "save there, and --config FILE takes another"
            ),
            (scratch.path, "\(scratch.path) is a directory, not a configuration file"),
            (large, "cannot read \(large): it has more than 1MiB"),
        ]
        // Root may read everything.
        if geteuid() != 0 { cases.append((denied, "cannot read \(denied): Permission denied; try again with sudo")) }
        for (file, sentence) in cases {
            let error = #expect(throws: ConfigFileError.self) { _ = try ConfigDocument.read(file: file) }
            #expect(error?.description == sentence)
        }
    }
}
