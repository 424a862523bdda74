public import MeterNotation

extension ConfigSection {
    /// A secret kept in a file of its own, or else handed over by systemd under a credential's name.
    ///
    /// The file is not read before `Secret.read()`, so that a configuration can be checked on another machine. A
    /// `password` beside `password_file` is refused: the configuration gets copied, shown and sent around.
    public func secretFile(_ key: String = "password_file", credential: String, _ help: Phrase) -> Secret? {
        refuseLiteral(besides: key)
        var setting = Setting(
            key,
            kind: "path of a file with the secret",
            expected: "the full path of a file that holds the secret, such as \"/etc/boxenergie/\(credential)\"",
            defaultText: "$CREDENTIALS_DIRECTORY/\(credential)",
            isRequired: false,
            help: help
        )
        setting.isSecret = true
        let path: String? = read(setting, fallback: nil) { node in
            guard case .string(let text) = node.value, isFullPath(text) else { return .wrong }
            return .value(text)
        }
        if let path {
            noteFile(path, key)
            warnIfOpenToOthers(path, key)
            return Secret(file: path)
        }
        // A wrong setting must not silently become another secret.
        guard !contains(key), let directory = context.credentialsDirectory else { return nil }
        let file = "\(directory)/\(credential)"
        return DiskFile.isThere(file) ? Secret(file: file) : nil
    }

    /// Reports a secret that stands in the configuration itself.
    private func refuseLiteral(besides key: String) {
        guard key.hasSuffix("_file") else { return }
        let literal = String(key.dropLast("_file".count))
        guard contains(literal) else { return }
        know(literal)
        report(
            "a secret does not belong in this file; put it into a file of its own and write "
                + "\(key) = \"/etc/boxenergie/...\"",
            at: literal
        )
    }

    /// Warns of a file that others than its owner may read.
    private func warnIfOpenToOthers(_ path: String, _ key: String) {
        guard context.mode == .reading else { return }
        guard let mode = FileStatus(path)?.mode, mode & 0o077 != 0 else { return }
        report(
            mode & 0o007 != 0
                ? "\(path) is open to everybody on this machine; close it with: sudo chmod 600 \(path)"
                : "\(path) is open to its whole group; close it with: sudo chmod 600 \(path)",
            at: key,
            severity: .warning
        )
    }
}
