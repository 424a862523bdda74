import MeterCore
import MeterNotation

/// A device as a profile's file describes it.
protocol DeviceProfile {
    /// The head, which profiles of all kinds have.
    var header: ProfileHeader { get }

    /// Decodes a profile; problems go to the document's diagnostics.
    init(_ document: ConfigDocument)
}

extension ConfigSection {
    /// Reports an interval of readings that is shorter than a device bears.
    ///
    /// - Parameters:
    ///   - every: the setting of that name.
    ///   - least: the shortest one.
    ///   - header: of the device's profile.
    func judge(every: Duration, atLeast least: Duration, of header: ProfileHeader) {
        guard every < least else { return }
        report("\(header.name) can be read every \(least.components.seconds) s at most", at: "every")
    }
}

/// The head of a profile.
struct ProfileHeader: Sendable {
    /// The device's usual name, such as `Eastron SDM120 / SDM220 / SDM230`.
    var name: Phrase
    /// The documents from which the rest was taken; required.
    var source: String
    /// True when the maker or independent sources confirm the profile; false by default.
    var isVerified: Bool
    /// The doubts about the profile and the way to remove them; empty by default.
    var note: Phrase

    /// Reads the head; problems go to the section's diagnostics.
    init(settings root: ConfigSection) {
        name = Phrase(stringLiteral: root.string("name", "What a person calls the device."))
        source = root.string("source", "The documents that the profile is from.")
        isVerified = root.boolean("verified", default: false, "Whether the maker or independent sources say so.")
        note = Phrase(stringLiteral: root.string("note", default: "", "What is not sure, and how to find out."))
    }
}

extension ProfileLibrary {
    /// The profile that a source's settings name; problems go to their diagnostics.
    ///
    /// - Parameters:
    ///   - kind: the type of the source.
    ///   - settings: those of the source.
    ///   - doubtful: the part that nobody has confirmed, as a word of a sentence.
    ///   - help: the sentence about the permission to use such a profile.
    /// - Returns: `nil` when none is named, or there is none of that name.
    static func profile<Profile: DeviceProfile>(
        _ kind: Kind,
        _ settings: ConfigSection,
        doubtful: Phrase,
        _ help: Phrase
    ) -> Profile? {
        let name = settings.optionalString("profile", "What the device is; boxenergie profiles lists them.")
        let accepts = settings.boolean("accept_unverified", default: false, help)
        guard let name, let document = document(name, kind, settings) else { return nil }
        let profile = Profile(document)
        settings.include(document.diagnostics)
        if !profile.header.isVerified, !accepts, !document.diagnostics.hasErrors {
            settings.report(
                "nobody has confirmed the \(doubtful) of \(profile.header.name). \(profile.header.note) "
                    + "If the values are right, write accept_unverified = true",
                at: "profile"
            )
        }
        return profile
    }
}
