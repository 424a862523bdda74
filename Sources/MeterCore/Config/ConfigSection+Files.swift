import MeterNotation

/// The files that a configuration names and that must be there before it is used.
final class NamedFiles {
    /// Each file, with the setting that names it.
    fileprivate var all: [(path: String, setting: String, position: SourcePosition)] = []
}

extension ConfigSection {
    /// Notes that a setting names a file; decoding looks for none, since a configuration may be read on any machine.
    public func noteFile(_ path: String, _ key: String) {
        guard context.mode == .reading else { return }
        context.files.all.append((path, self.path(of: key), entry(key)?.node.position ?? position))
    }

    /// Warns of each file named in the whole document that is not on this machine.
    public func reportMissingFiles() {
        for file in context.files.all where DiskFile.problem(reading: file.path)?.isMissing == true {
            tell("\(file.setting): there is no \(file.path) on this machine", at: file.position, severity: .warning)
        }
    }
}
