import MeterNotation

extension ConfigSection {
    /// Reports an address that no machine can have, such as `192.168.1.999`.
    ///
    /// - Parameters:
    ///   - key: the setting, at which it is reported.
    ///   - address: a name or an address, with a port or without, or the URL that has it.
    public func refuseImpossible(_ key: String, _ address: String) {
        var host = address[...]
        if let scheme = host.firstRange(of: "://") { host = host[scheme.upperBound...] }
        host = host.prefix { !"/?#".contains($0) }
        if let user = host.lastIndex(of: "@") { host = host[host.index(after: user)...] }
        host = host.prefix { $0 != ":" }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        // Whatever has letters is a name.
        guard parts.count > 1, host.utf8.allSatisfy({ $0 == UInt8(ascii: ".") || $0.isDigit }) else {
            return
        }
        guard parts.count != 4 || parts.contains(where: { UInt8($0) == nil }) else { return }
        report("\"\(host)\" is no address: it has four numbers from 0 to 255, as 192.168.1.30", at: key)
    }

    /// Reports an address that is more than that of a machine: a URL, or one with the port, which has its own setting.
    public func refuseMoreThanHost(_ key: String, _ address: String) {
        var host = address[...]
        if let scheme = host.firstRange(of: "://") { host = host[scheme.upperBound...] }
        host = host.prefix { !"/?#".contains($0) }
        let parts = host.split(separator: ":", omittingEmptySubsequences: false)
        // Of an address of IPv6 nothing is known here.
        guard parts.count <= 2, let name = parts.first, name != address else { return }
        if parts.count == 2, let port = UInt16(parts[1]) {
            report("write the address alone, and the port beside it: \(key) = \"\(name)\" and port = \(port)", at: key)
        } else {
            report("write the address alone: \(key) = \"\(name)\"", at: key)
        }
    }
}
