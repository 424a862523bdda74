import MeterCore

/// The device profiles: those in the program, and those that a user adds as files.
public enum ProfileLibrary {
    /// Where a user's own profiles are, by name.
    public static let folder = "/etc/boxenergie/profiles"

    /// The type of the sources that a profile is for.
    public enum Kind: String, Sendable, CaseIterable { case modbus, http }

    /// A profile of the program.
    public struct Entry: Sendable {
        /// What follows `profile =`.
        public var key: String
        public var kind: Kind
        /// What a person calls the device.
        public var name: String
        public var isVerified: Bool
        public var source: String
        /// The whole file.
        public var text: String
    }

    /// All that are in the program: by kind, then by name.
    public static var entries: [Entry] { Kind.allCases.flatMap { kind in texts(kind).map { entry($0, $1, kind) } } }

    /// Those of a kind without mistakes, a user's own in place of the program's of the same name.
    static func all<Profile: DeviceProfile>(_ kind: Kind) -> [(key: String, profile: Profile)] {
        texts(kind).compactMap { key, bytes in
            let own = try? ConfigDocument.read(file: "\(folder)/\(key).toml")
            let document = own ?? ConfigDocument(bytes: bytes, file: fileName(key))
            let profile = Profile(document)
            return document.diagnostics.hasErrors ? nil : (key, profile)
        }
    }

    private static func entry(_ key: String, _ bytes: [UInt8], _ kind: Kind) -> Entry {
        let header = ProfileHeader(settings: ConfigDocument(bytes: bytes, file: fileName(key)).root)
        return Entry(
            key: key,
            kind: kind,
            name: header.name,
            isVerified: header.isVerified,
            source: header.source,
            text: String(decoding: bytes, as: UTF8.self)
        )
    }

    /// The profile of a name or a path, for a source of a type; why there is none goes to the section's diagnostics.
    ///
    /// A user's file wins over one of the program, so that a map can be corrected in the field.
    static func document(_ name: String, _ kind: Kind, _ settings: ConfigSection) -> ConfigDocument? {
        let own = name.hasPrefix("/") ? name : "\(folder)/\(name).toml"
        if let read = try? ConfigDocument.read(file: own) {
            guard read.tree == nil || (read.root.contains("url") ? .http : .modbus) == kind else {
                settings.report("\(own) is a profile for another type of source than \(kind.rawValue)", at: "profile")
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

    private static func texts(_ kind: Kind) -> [(key: String, bytes: [UInt8])] { kind == .http ? webTexts : texts }

    private static func fileName(_ key: String) -> String { "profiles/\(key).toml" }

    /// Why there is no profile of this name, and which are meant perhaps.
    private static func unknown(_ name: String, _ kind: Kind) -> String {
        if name.hasPrefix("/") { return "there is no profile at \(name)" }
        if let other = Kind.allCases.first(where: { other in texts(other).contains { $0.key == name } }) {
            return "\"\(name)\" is a profile for type = \"\(other.rawValue)\""
        }
        let parts = name.lowercased().split(separator: "-")
        let near = texts(kind).map(\.key).filter { key in parts.contains { key.contains($0) } }
        return "no profile is called \"\(name)\", neither in the program nor in \(folder); "
            + (near.isEmpty ? "boxenergie profiles lists them" : "near it: \(near.joined(separator: ", "))")
    }
}
