import MeterCore
public import MeterNotation

/// The device profiles: those in the program, and those that a user adds as files.
public enum ProfileLibrary {
    /// The folder of a user's own profiles, each a file `NAME.toml`.
    public static let folder = "/etc/boxenergie/profiles"

    /// The type of the sources that a profile is for.
    ///
    /// `modbus` profiles have registers, `http` profiles a URL, `mqtt` profiles the root of topics.
    public enum Kind: String, Sendable, CaseIterable { case modbus, http, mqtt }

    /// A profile of the program.
    public struct Entry: Sendable {
        /// The name after `profile =`, such as `eastron-sdm120`.
        public var key: String
        /// The type of the sources that it is for.
        public var kind: Kind
        /// The device's usual name.
        public var name: Phrase
        /// The doubts about the profile and the way to remove them; empty for most.
        public var note: Phrase
        /// True when the maker or independent sources confirm it.
        public var isVerified: Bool
        /// The documents from which it was taken.
        public var source: String
        /// The whole file, as TOML.
        public var text: String
    }

    /// All profiles in the program, by kind, then by name.
    public static var entries: [Entry] { Kind.allCases.flatMap { kind in texts(kind).map { entry($0, $1, kind) } } }

    /// The profiles of a kind without mistakes; a user's own one takes the place of the program's of the same name.
    static func all<Profile: DeviceProfile>(_ kind: Kind) -> [(key: String, profile: Profile)] {
        texts(kind).compactMap { key, bytes in
            let own = try? ConfigDocument.read(file: "\(folder)/\(key).toml")
            let document = own ?? ConfigDocument(bytes: bytes, file: fileName(key))
            let profile = Profile(document)
            return document.diagnostics.hasErrors ? nil : (key, profile)
        }
    }

    /// The entry of a profile in the program.
    ///
    /// - Parameters:
    ///   - key: the name.
    ///   - bytes: of the file.
    ///   - kind: of profile.
    /// - Returns: the entry.
    private static func entry(_ key: String, _ bytes: [UInt8], _ kind: Kind) -> Entry {
        let header = ProfileHeader(settings: ConfigDocument(bytes: bytes, file: fileName(key)).root)
        return Entry(
            key: key,
            kind: kind,
            name: header.name,
            note: header.note,
            isVerified: header.isVerified,
            source: header.source,
            text: String(decoding: bytes, as: UTF8.self)
        )
    }

    /// The profile of a name or a path for a type of source; the reason when there is none goes to the section's
    /// diagnostics.
    ///
    /// A user's file wins over one of the program, so that a map can be corrected in the field.
    ///
    /// - Parameters:
    ///   - name: or a path that begins with a slash.
    ///   - kind: the type of the source.
    ///   - settings: of the source.
    /// - Returns: the document, which may have mistakes of its own.
    static func document(_ name: String, _ kind: Kind, _ settings: ConfigSection) -> ConfigDocument? {
        let path = name.hasPrefix("/") ? name : "\(folder)/\(name).toml"
        if let read = try? ConfigDocument.read(file: path) {
            let isWeb = read.root.contains("url") || read.root.contains("urls")
            let own: Kind = isWeb ? .http : read.root.contains("root") ? .mqtt : .modbus
            guard read.tree == nil || own == kind else {
                settings.report("\(path) is a profile for another type of source than \(kind.rawValue)", at: "profile")
                return nil
            }
            return read
        }
        if let found = texts(kind).first(where: { $0.key == name }) {
            return ConfigDocument(bytes: found.bytes, file: fileName(name))
        }
        settings.report(unknown(name, kind), at: "profile")
        return nil
    }

    /// The texts of a kind.
    private static func texts(_ kind: Kind) -> [(key: String, bytes: [UInt8])] {
        switch kind {
        case .modbus: texts
        case .http: webTexts
        case .mqtt: brokerTexts
        }
    }

    /// The name of a profile of the program in messages.
    private static func fileName(_ key: String) -> String { "profiles/\(key).toml" }

    /// The sentence for a name without a profile, with similar names.
    private static func unknown(_ name: String, _ kind: Kind) -> Phrase {
        if name.hasPrefix("/") { return "there is no profile at \(name)" }
        if let other = Kind.allCases.first(where: { other in texts(other).contains { $0.key == name } }) {
            return "\"\(name)\" is a profile for type = \"\(other.rawValue)\""
        }
        let parts = name.lowercased().split(separator: "-")
        let near = texts(kind).map(\.key).filter { key in parts.contains { key.contains($0) } }
        return near.isEmpty
            ? "no profile is called \"\(name)\", neither in the program nor in \(folder); boxenergie profiles lists them"
            : "no profile is called \"\(name)\", neither in the program nor in \(folder); "
                + "near it: \(near.joined(separator: ", "))"
    }
}
