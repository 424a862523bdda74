import Glibc

/// The private keys of a register, and what they sign for: the file `key` in its folder, for its owner only.
///
/// A new chain is announced here before its first record is written: a power cut in between leaves what is needed to
/// write that.
struct RegisterKeyFile: Sendable {
    /// The chain that is signed now.
    var chain: String
    /// The identity of the box.
    var box: String
    /// The machine, as `BoxIdentity` knows it again.
    var machine: String
    /// The key that signs.
    var key: SigningKey
    /// The key that vouches for it; `nil` where there was none before.
    var earlier: SigningKey?
    /// The reason for the break by which the chain begins; `nil` for a first one.
    var reason: RegisterHead.Reason?

    /// The most bytes that such a file has.
    private static let longest = 4096

    private static func path(_ folder: String) -> String { folder + "/key" }

    /// Reads the file of a folder.
    ///
    /// - Returns: `nil` when there is none, or it is not whole.
    /// - Throws: `DiskError` for one that may not be read now, `SigningError` where libcrypto is missing.
    static func read(_ folder: String) throws -> RegisterKeyFile? {
        guard DiskFile.isThere(path(folder)) else { return nil }
        let bytes = try SmallFile.read(path(folder), atMost: longest, onlyPlain: true)
        var words: [Substring: Substring] = [:]
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            guard let sign = line.firstIndex(of: "=") else { continue }
            words[line[..<sign]] = line[line.index(after: sign)...]
        }
        func key(_ name: Substring) throws(SigningError) -> SigningKey? {
            guard let seed = words[name].flatMap({ Hexadecimal.bytes($0.utf8, count: SigningKey.seedLength) }) else {
                return nil
            }
            return try SigningKey(seed: seed)
        }
        // The last word tells that the others are whole.
        guard let chain = words["chain"], let box = words["box"], let machine = words["machine"], words["end"] != nil,
            let now = try key("key")
        else { return nil }
        return RegisterKeyFile(
            chain: String(chain),
            box: String(box),
            machine: String(machine),
            key: now,
            earlier: try key("earlier"),
            reason: words["reason"].flatMap { RegisterHead.Reason(rawValue: String($0)) }
        )
    }

    /// Replaces the file of a folder; it is on the disk when this returns.
    func write(_ folder: String) throws(DiskError) {
        var text = "chain=\(chain)\nbox=\(box)\nmachine=\(machine)\nkey=\(Hexadecimal.text(key.seed))\n"
        if let earlier { text += "earlier=\(Hexadecimal.text(earlier.seed))\n" }
        if let reason { text += "reason=\(reason.rawValue)\n" }
        try ReplacedFile(Self.path(folder)).write([UInt8]((text + "end=\n").utf8), mode: 0o600)
    }
}
