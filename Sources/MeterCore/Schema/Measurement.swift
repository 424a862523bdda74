/// A measurement and the retention policy that it lives in.
///
/// Written as InfluxQL writes it: `linky`, `30days.linky` or `"30days"."linky"`. The same name may live in several
/// policies; a name without a policy goes to the database's default one.
public struct Measurement: Sendable, Hashable, CustomStringConvertible {
    /// The name without the policy.
    public var name: String
    /// The policy that the points are kept in.
    public var policy: RetentionPolicy

    /// Names a measurement; without a policy it lives in the database's default one.
    public init(_ name: String, in policy: RetentionPolicy = .default) {
        self.name = name
        self.policy = policy
    }

    /// InfluxQL's notation, ready for a `FROM`.
    public var description: String {
        policy == .default ? quotedIdentifier(name) : "\(quotedIdentifier(policy.name)).\(quotedIdentifier(name))"
    }
}

/// An InfluxQL identifier in double quotes, which every name may have and some need.
public func quotedIdentifier(_ name: String) -> String {
    var quoted = "\""
    for scalar in name.unicodeScalars {
        switch scalar {
        case "\"", "\\": quoted += "\\\(scalar)"
        case "\n": quoted += "\\n"
        default: quoted.unicodeScalars.append(scalar)
        }
    }
    return quoted + "\""
}

/// An InfluxQL string in single quotes.
///
/// A quote inside is escaped with a backslash: 1.6 refuses a doubled one.
public func quotedString(_ text: String) -> String {
    var quoted = "'"
    for scalar in text.unicodeScalars {
        switch scalar {
        case "'", "\\": quoted += "\\\(scalar)"
        case "\n": quoted += "\\n"
        default: quoted.unicodeScalars.append(scalar)
        }
    }
    return quoted + "'"
}
