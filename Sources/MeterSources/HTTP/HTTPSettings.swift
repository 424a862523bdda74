import MeterCore
import MeterDocuments
import MeterIO
import MeterNotation

/// The settings of an `http` source.
struct HTTPSettings: Sendable {
    /// The URL, from the configuration or the profile, with the texts for its places.
    var address: HTTPAddress
    /// The setting that says whom it asks: `url`, `host`, or the profile alone.
    private var addressSetting: String
    /// The pages of a profile with several documents; one without a name for any other source.
    var pages: [HTTPPage]
    /// The text by which a device is asked by UDP, from the profile; `nil` for a web server.
    var question: String?
    /// The parts of a hybrid inverter that are stored beside its panels, each in a measurement of its own.
    var parts: WantedParts
    /// The user or token, the trust and the limits.
    var access: HTTPAccess
    /// More headers as whole lines, with places in braces; none by default.
    var headers: [String]
    /// The setting `conditional`, by default true: the server may answer that nothing has changed.
    ///
    /// False is for a server that says so wrongly.
    var isConditional: Bool
    /// The interval of readings, 1 s to 1 day, by default that of the profile or 60 s.
    var every: Duration
    /// The meaning for the house, by default that of the profile or `other`.
    var role: MeterRole
    /// The kind of device for the role production, from the profile, else `meter`.
    var kind: DeviceKind
    /// The measurement: by default that of a role that is set, else that of the profile, else that of its role.
    var measurement: Measurement
    /// The setting that turns the sign of a profile's power round; `nil` for values of its own.
    ///
    /// It is `invert_power`, by default false.
    var turning: String?
    /// The wanted values, from the configuration or the profile.
    var map: FieldMap

    /// Decodes the section; problems go to its diagnostics.
    init(settings: ConfigSection) {
        let profile: HTTPProfile? = ProfileLibrary.profile(
            .http,
            settings,
            doubtful: "values",
            "Use a profile whose places nobody has confirmed."
        )
        let url = Self.url(settings, profile)
        pages = profile?.pages ?? [HTTPPage(name: "", url: url)]
        question = profile?.question
        parts = WantedParts(settings: settings, of: profile?.map.parts ?? [])
        headers = settings.stringTable("headers", "More headers, such as X-Token = \"{key}\".").map { name, value in
            if name.contains(where: { $0 == ":" || $0.isNewline }) || value.contains(where: \.isNewline) {
                settings.report("a header has one line, and its name no colon", at: "headers")
            }
            return "\(name): \(value)"
        }
        address = HTTPAddress(
            url,
            settings: settings,
            more: headers + pages.map(\.url),
            usual: profile?.parameters ?? []
        )
        addressSetting = settings.contains("url") ? "url" : address.host == nil ? "profile" : "host"
        if question != nil, let host = address.host, DatagramClient.place("udp://\(host):1") == nil {
            settings.report("this device is known by its address, such as \"192.168.1.30\"", at: "host")
        }
        access = HTTPAccess(settings: settings, patience: profile?.timeout ?? .seconds(10))
        isConditional = settings.boolean(
            "conditional",
            default: true,
            "Whether to ask only for what has changed; false for a server that says so wrongly."
        )
        every = settings.duration(
            "every",
            in: .seconds(1) ... .seconds(86_400),
            default: profile?.every ?? .seconds(60),
            "How often it is read."
        )
        if let profile { settings.judge(every: every, atLeast: profile.leastEvery, of: profile.header) }
        let own = settings.optionalChoice("role", of: MeterRole.self, "What the values mean for the house.")
        role = own ?? profile?.role ?? .other
        kind = profile?.kind ?? .meter
        let usual = own.map(\.kind?.rawValue) ?? profile?.measurement ?? role.kind?.rawValue
        measurement = settings.destination(
            "measurement",
            default: usual,
            "Where the readings go; by default that of the role, such as raw.meter, or where the profile says."
        )
        let direction = MeterDirection(
            settings: settings,
            of: profile?.map,
            usual: profile?.role ?? role,
            as: role,
            isPlug: profile?.isPlug ?? false
        )
        map = Self.map(settings, profile, role).only(parts).turned(profile.map { _ in direction })
        turning = profile.map { _ in direction.turning }
    }

    /// The document that it reads, and the places of its values there; `nil` while it has no address.
    var asking: Declaration.Asking? {
        guard pages.first?.url.isEmpty == false else { return nil }
        return Declaration.Asking(address.identity, ("", addressSetting), values: Set(map.fields.map(\.path)))
    }

    /// The URL; one with a user, a password or spaces is refused.
    private static func url(_ settings: ConfigSection, _ profile: HTTPProfile?) -> String {
        let own = settings.optionalString("url", "The address to read, unless a profile says so.")
        guard let url = own ?? profile?.pages.first?.url else {
            settings.reportMissing("url: missing; the address to read, or a profile", oneOf: ["url", "profile"])
            return ""
        }
        if let own, settings.contains("profile") {
            let host = serverName(own)
            settings.report("the profile has the address; write host = \"\(host)\" in the place of url", at: "url")
        } else {
            settings.refuseImpossible("url", url)
        }
        if own == nil, profile?.question != nil { return url }
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            settings.report("expected an address such as \"http://192.168.1.30/data.json\"", at: "url")
            return url
        }
        if url.dropFirst(8).prefix(while: { $0 != "/" }).contains("@") {
            settings.report("no user or password in an address; use username and password_file", at: "url")
        }
        if url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) {
            settings.report("no spaces in an address; write %20", at: "url")
        }
        return url
    }

    /// The wanted values; exactly one of profile and own fields is needed.
    ///
    /// - Parameters:
    ///   - settings: the section.
    ///   - profile: that it names, if any.
    ///   - role: the meaning for the house.
    /// - Returns: the wanted values.
    private static func map(_ settings: ConfigSection, _ profile: HTTPProfile?, _ role: MeterRole) -> FieldMap {
        let own = FieldMap(settings: settings, role: role)
        let hasProfile = settings.contains("profile")
        switch (hasProfile, FieldMap.isIn(settings)) {
        case (true, true): settings.report("either a profile or fields of its own, not both", at: "profile")
        case (false, false): settings.report("nothing to read: write a profile or [\(settings.path).fields]")
        case (true, false):
            for key in ["format", "delimiter", "header", "row", "decimal"] where settings.contains(key) {
                settings.report("the profile says so", at: key)
            }
        case (false, true): break
        }
        return profile?.map ?? own
    }
}
