import Synchronization

/// Collects what was found about the configuration, so that all of it can be said at once.
public final class Diagnostics: Sendable {
    private let found = Mutex<Set<Diagnostic>>([])

    public init() {}

    /// Adds a finding; one that is known already changes nothing.
    public func report(_ diagnostic: Diagnostic) {
        _ = found.withLock { $0.insert(diagnostic) }
    }

    /// Takes a finding back that another one explains.
    func withdraw(_ diagnostic: Diagnostic) {
        _ = found.withLock { $0.remove(diagnostic) }
    }

    /// Each finding once, in the order of the file.
    public var all: [Diagnostic] {
        found.withLock { $0 }.sorted { a, b in
            (a.file, a.position, a.message) < (b.file, b.position, b.message)
        }
    }

    /// The findings for which the configuration cannot be used.
    public var errors: [Diagnostic] { all.filter { $0.severity == .error } }
    /// The findings at which somebody should look.
    public var warnings: [Diagnostic] { all.filter { $0.severity == .warning } }

    /// True when the configuration cannot be used; warnings do not count.
    public var hasErrors: Bool { found.withLock { $0.contains { $0.severity == .error } } }
}
