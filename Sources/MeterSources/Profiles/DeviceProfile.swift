import MeterCore

/// What profiles of all kinds have.
protocol DeviceProfile {
    /// What a person calls the device.
    var name: String { get }
    /// Whether others have confirmed it.
    var isVerified: Bool { get }
    /// What is not sure, and how to find out.
    var note: String { get }

    /// Decodes a profile; problems go to the document's diagnostics.
    init(_ document: ConfigDocument)
}

extension ProfileLibrary {
    /// The profile that a source's settings name; problems go to their diagnostics.
    ///
    /// - Parameters:
    ///   - kind: the type of the source.
    ///   - settings: those of the source.
    ///   - doubtful: what nobody has confirmed, in a sentence.
    ///   - help: what the permission to use such a profile is for.
    /// - Returns: `nil` when none is named, or there is none of that name.
    static func profile<Profile: DeviceProfile>(
        _ kind: Kind,
        _ settings: ConfigSection,
        doubtful: String,
        _ help: String
    ) -> Profile? {
        let name = settings.optionalString("profile", "What the device is; boxenergie profiles lists them.")
        let accepts = settings.boolean("accept_unverified", default: false, help)
        guard let name, let document = document(name, kind, settings) else { return nil }
        let profile = Profile(document)
        settings.include(document.diagnostics)
        if !profile.isVerified, !accepts, !document.diagnostics.hasErrors {
            settings.report(
                "nobody has confirmed the \(doubtful) of \(profile.name). \(profile.note) "
                    + "If the values are right, write accept_unverified = true",
                at: "profile"
            )
        }
        return profile
    }
}
