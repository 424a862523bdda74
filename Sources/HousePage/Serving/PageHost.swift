import Glibc

/// The name by which a browser calls the box.
///
/// A page of the Internet can make a browser of the home network ask the box under a name of its own (DNS rebinding), and
/// read what it answers. So only names that the Internet cannot give are answered.
enum PageHost {
    /// Endings of names of a home network: mDNS, the routers' usual ones, and those reserved for it (RFC 6762, 8375).
    private static let endings = [".local", ".lan", ".home", ".home.arpa", ".internal", ".localdomain", ".fritz.box"]

    /// True for an address in digits, a single word, a name of a home network and the names that the user added.
    ///
    /// - Parameters:
    ///   - header: `Host`, as the browser sent it.
    ///   - names: more names, without port.
    /// - Returns: false for all others, and for what is no name.
    static func isOurs(_ header: String, names: [String]) -> Bool {
        guard let name = name(of: header), !name.isEmpty else { return false }
        if isAddress(name) || names.contains(where: { $0.lowercased() == name }) { return true }
        guard name.utf8.allSatisfy(isLetter), name.first != ".", name.first != "-" else { return false }
        guard name.contains(".") else {
            // A number alone is an address to a browser: 2130706433 is 127.0.0.1. No browser sends it as it is.
            return name.contains { $0.isLetter }
        }
        return endings.contains { name.hasSuffix($0) && name.count > $0.count }
    }

    /// The name in small letters, without port and final dot; `nil` for what is no host.
    static func name(of header: String) -> String? {
        var name = header.lowercased()
        if name.hasPrefix("[") {
            guard let end = name.firstIndex(of: "]") else { return nil }
            let rest = name[name.index(after: end)...]
            guard rest.isEmpty || isPort(rest) else { return nil }
            return String(name[...end])
        }
        if let colon = name.firstIndex(of: ":") {
            guard isPort(name[colon...]) else { return nil }
            name = String(name[..<colon])
        }
        if name.hasSuffix(".") { name.removeLast() }
        return name
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.first == ":" && text.utf8.count <= 6 && text.dropFirst().utf8.allSatisfy { (48...57).contains($0) }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
            UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    private static func isAddress(_ name: String) -> Bool {
        var bytes = in6_addr()
        if name.hasPrefix("["), name.hasSuffix("]") {
            return inet_pton(AF_INET6, String(name.dropFirst().dropLast()), &bytes) == 1
        }
        return inet_pton(AF_INET, name, &bytes) == 1
    }
}
