import Glibc
import MeterNotation

/// A configuration file, parsed.
///
/// Every problem, from syntax to the last setting, gathers in `diagnostics`. After a syntax error the root
/// reads as silent: every read returns its default and reports nothing more.
public struct ConfigDocument {
    /// The name in messages.
    public let file: String
    /// The whole file as a table; call its `finish()` after the last read.
    public let root: ConfigSection
    /// The tree as it was parsed, or nothing after a syntax error.
    public let tree: ConfigNode?
    /// The problems found so far; complete after `root.finish()`.
    public let diagnostics: Diagnostics

    /// Parses the bytes of a file.
    ///
    /// - Parameters:
    ///   - bytes: the text in UTF-8.
    ///   - file: its name in messages.
    ///   - diagnostics: the list that problems go to.
    ///   - credentialsDirectory: the folder in which systemd puts secrets.
    public init(
        bytes: [UInt8],
        file: String,
        diagnostics: Diagnostics = Diagnostics(),
        credentialsDirectory: String? = Self.credentialsDirectory
    ) {
        self.file = file
        self.diagnostics = diagnostics
        var context = ConfigSection.Context(
            mode: .reading,
            file: file,
            diagnostics: diagnostics,
            credentialsDirectory: credentialsDirectory
        )
        do throws(TOMLError) {
            let tree = try TOMLReader.read(bytes)
            guard case .table(let entries) = tree.value else { preconditionFailure("TOML's root is a table") }
            self.tree = tree
            root = ConfigSection(entries, path: "", at: .start, context: context)
        } catch {
            diagnostics.report(Diagnostic(error.message, file: file, at: error.position))
            context.mode = .silent
            tree = nil
            root = ConfigSection([], path: "", at: .start, context: context)
        }
    }

    /// Parses a text, which needs no file.
    public init(
        text: String,
        file: String,
        diagnostics: Diagnostics = Diagnostics(),
        credentialsDirectory: String? = Self.credentialsDirectory
    ) {
        self.init(
            bytes: Array(text.utf8),
            file: file,
            diagnostics: diagnostics,
            credentialsDirectory: credentialsDirectory
        )
    }

    /// Reads and parses a file of at most 1 MiB.
    ///
    /// - Throws: `ConfigFileError` only if it cannot be read; syntax errors are diagnostics.
    public static func read(file: String) throws(ConfigFileError) -> ConfigDocument {
        do throws(DiskError) {
            return ConfigDocument(bytes: try SmallFile.read(file, atMost: TOMLReader.maximumSize), file: file)
        } catch {
            throw ConfigFileError(file: file, cause: error)
        }
    }

    /// The folder that systemd sets for `LoadCredential=`; `nil` outside of such a service.
    public static var credentialsDirectory: String? {
        guard let value = getenv("CREDENTIALS_DIRECTORY") else { return nil }
        return String(cString: value)
    }
}

/// The reason for which the configuration file could not be read, as a sentence that says what to do.
public struct ConfigFileError: Error, Equatable, CustomStringConvertible {
    /// The file, as it was named.
    public var file: String
    var cause: DiskError
    /// True when there is no such file.
    public var isMissing: Bool { cause.isMissing }

    public var description: String {
        if cause.isMissing {
            return said(
                "no configuration at \(file); \"boxenergie probe\" looks for meters and prints one to save there, "
                    + "and --config FILE takes another"
            )
        }
        if cause.code == EISDIR { return said("\(file) is a directory, not a configuration file") }
        return said(
            cause.isDenied
                ? "cannot read \(file): \(cause.reason); try again with sudo" : "cannot read \(file): \(cause.reason)"
        )
    }
}
