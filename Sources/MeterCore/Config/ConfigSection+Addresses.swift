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
        guard parts.count > 1, host.utf8.allSatisfy({ $0 == UInt8(ascii: ".") || (0x30...0x39).contains($0) }) else {
            return
        }
        guard parts.count != 4 || parts.contains(where: { UInt8($0) == nil }) else { return }
        report("\"\(host)\" is no address: it has four numbers from 0 to 255, as 192.168.1.30", at: key)
    }
}
