import MeterCore

/// The device profiles: those in the program, and those that a user adds as files.
public enum ProfileLibrary {
    /// Where a user's own profiles are, by name.
    public static let folder = "/etc/boxenergie/profiles"

    /// A profile of the program.
    public struct Entry: Sendable {
        /// What follows `profile =`.
        public var key: String
        /// What a person calls the device.
        public var name: String
        public var isVerified: Bool
        public var source: String
        /// The whole file.
        public var text: String
    }

    /// All that are in the program, by name.
    public static var entries: [Entry] {
        texts.map { key, bytes in
            let profile = ModbusProfile(ConfigDocument(bytes: bytes, file: fileName(key)))
            return Entry(
                key: key,
                name: profile.name,
                isVerified: profile.isVerified,
                source: profile.source,
                text: String(decoding: bytes, as: UTF8.self)
            )
        }
    }

    /// The profile of a name or a path, with what is wrong with it; `nil` when there is none.
    ///
    /// A user's file wins over one of the program, so that a map can be corrected in the field.
    static func profile(_ name: String) -> (profile: ModbusProfile, diagnostics: Diagnostics)? {
        let own = name.hasPrefix("/") ? name : "\(folder)/\(name).toml"
        let document: ConfigDocument
        if let read = try? ConfigDocument.read(file: own) {
            document = read
        } else if let found = texts.first(where: { $0.key == name }) {
            document = ConfigDocument(bytes: found.bytes, file: fileName(name))
        } else {
            return nil
        }
        return (ModbusProfile(document), document.diagnostics)
    }

    static var names: [String] { texts.map(\.key) }

    private static func fileName(_ key: String) -> String { "profiles/\(key).toml" }
}

extension ProfileLibrary {
    /// Why there is no profile of this name, and which are meant perhaps.
    static func unknown(_ name: String) -> String {
        if name.hasPrefix("/") { return "there is no profile at \(name)" }
        let parts = name.lowercased().split(separator: "-")
        let near = names.filter { key in parts.contains { key.contains($0) } }
        return "no profile is called \"\(name)\", neither in the program nor in \(folder); "
            + (near.isEmpty ? "boxenergie profiles lists them" : "near it: \(near.joined(separator: ", "))")
    }
}
