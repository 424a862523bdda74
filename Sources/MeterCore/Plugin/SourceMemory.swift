public import Logging
import Synchronization

/// The memory of sources over a restart, of what nobody else can tell: the totals of meters that have no register.
///
/// All of them share one file, which is saved at most once a minute: a save costs the SD card the same for one meter
/// and for a hundred. One process has it at a time; in another one the sources remember what they read, and nothing is
/// saved.
public final class SourceMemory: Sendable {
    private struct State: Sendable {
        var texts: [String: String]
        var isSaved = true
        /// True while it is saved on the thread for it.
        var isSaving = false
        /// The time of the last save.
        var savedAt: Uptime?
        var alarm = Alarm()
        var longestWait = Duration.seconds(10)
    }

    /// True when this process is the one that may save it.
    public var isOurs: Bool { obstacle == nil }
    /// The folder for what must survive a restart.
    public let folder: String
    private let path: String
    /// Ours until it is closed.
    private let lock: OpenFile?
    /// The reason for which another process may save it, and this one not.
    private let obstacle: DiskError?
    private let file: StateFile
    private let logger: Logger
    /// The thread for the disk of the folder; `nil` in a command, which waits.
    public let disk: DiskThread?
    private let state: Mutex<State>
    /// Held during a save, which must not meet another one.
    private let saving = Mutex(())

    /// Reads what an earlier run saved.
    ///
    /// - Parameters:
    ///   - folder: the folder for what must survive a restart.
    ///   - logger: hears when it cannot be saved.
    ///   - disk: the thread for the disk of the folder; `nil` when whoever saves is to wait.
    public init(folder: String, logger: Logger, disk: DiskThread? = nil) {
        self.folder = folder
        self.disk = disk
        path = folder + "/registers"
        var lock: OpenFile?
        var obstacle: DiskError?
        do throws(DiskError) {
            lock = try Self.lock(path, in: folder)
        } catch {
            obstacle = DiskError(path, .save, error.code)
        }
        self.lock = lock
        self.obstacle = obstacle
        file = StateFile(path)
        self.logger = logger
        let lines = String(decoding: file.text ?? [], as: UTF8.self).split(separator: "\n")
        let texts = lines.compactMap { line in
            line.firstIndex(of: " ").map { (String(line[..<$0]), String(line[$0...].dropFirst())) }
        }
        state = Mutex(State(texts: Dictionary(texts) { _, last in last }))
    }

    /// Keeps other processes from saving it.
    private static func lock(_ path: String, in folder: String) throws(DiskError) -> OpenFile {
        try Folder(folder).make()
        let file = try OpenFile(ofOwner: path, [.both, .creating])
        try file.lock()
        return file
    }

    /// The longest time that a reading waits in memory before it is sent, or put on disk; 10 s by default.
    public var longestWait: Duration {
        get { state.withLock { $0.longestWait } }
        set { state.withLock { $0.longestWait = newValue } }
    }

    /// The line that the source of a name remembers; `nil` when there is none.
    public func text(of name: String) -> String? { state.withLock { $0.texts[name] } }

    /// Notes one line that a source must not forget; the disk is not touched, and nothing is waited for.
    public func remember(_ text: String, of name: String) {
        state.withLock { state in
            guard state.texts[name] != text else { return }
            state.texts[name] = text
            state.isSaved = false
        }
    }

    /// Forgets what was remembered under a name; the disk is not touched.
    public func forget(_ name: String) {
        state.withLock { state in
            if state.texts.removeValue(forKey: name) != nil { state.isSaved = false }
        }
    }

    /// Saves what has changed, unless it was saved within the last minute; says it when it cannot.
    ///
    /// To be called every few seconds, so that nothing is lost that is older than a minute.
    public func saveIfDue(at now: Uptime = .now) {
        let isDue = state.withLock { state in
            // A second less: the caller's seconds are not quite those of the clock.
            !state.isSaved && state.savedAt.map { now.seconds(since: $0) >= 59 } ?? true
        }
        if isDue { saveSoon(at: now) }
    }

    /// Saves what has changed; says it when it cannot.
    ///
    /// In the running box a thread does it, and nobody waits for the disk.
    public func saveSoon(at now: Uptime = .now) {
        guard let disk else { return saveOrSay(at: now) }
        let isNeeded = state.withLock { state in
            defer { state.isSaving = true }
            return !state.isSaving
        }
        guard isNeeded else { return }
        disk.enqueue { [self] in
            state.withLock { $0.isSaving = false }
            saveOrSay(at: now)
        }
    }

    private func saveOrSay(at now: Uptime) {
        do throws(DiskError) {
            try save(at: now)
            state.withLock { _ = $0.alarm.clear() }
        } catch {
            // Tried again in a minute.
            state.withLock { $0.savedAt = now }
            guard state.withLock({ $0.alarm.raise("\(error)") }) != nil else { return }
            logger.warning("The meters' totals are not saved and will be lost", metadata: ["reason": "\(error)"])
        }
    }

    /// Saves what has changed; it is on the disk when this returns.
    ///
    /// - Throws: `DiskError` when the disk refuses, or another process holds the memory.
    public func save(at now: Uptime = .now) throws(DiskError) {
        if let obstacle { throw obstacle }
        let failure = saving.withLock { _ -> DiskError? in
            let texts = state.withLock { state -> [String: String]? in
                guard !state.isSaved else { return nil }
                state.isSaved = true
                return state.texts
            }
            guard let texts else { return nil }
            let lines = texts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }
            do throws(DiskError) {
                try file.save([UInt8](lines.joined().utf8))
                state.withLock { $0.savedAt = now }
                return nil
            } catch {
                state.withLock { $0.isSaved = false }
                return error
            }
        }
        if let failure { throw failure }
    }
}
