import Glibc
import MeterNotation

/// A file or folder that the disk did not give or take: which, what was tried, and why it failed.
///
///     do throws(DiskError) {
///         try file.save(text)
///     } catch let error where error.code == ENOSPC {
///         // No room.
///     } catch {
///         logger.warning("\(error)")
///     }
public struct DiskError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The attempt.
    public enum Operation: Sendable {
        case open, read, change, save, watch, lock, move, remove, make, write, list
    }

    /// The file or folder, as it was named.
    public var path: String
    /// The attempt that failed.
    public var operation: Operation
    /// The value of `errno`.
    public var code: CInt
    /// The system's words for the code, or ours where they tell more.
    public var reason: String

    /// Describes a call that has just failed.
    ///
    /// - Parameters:
    ///   - path: the file or folder.
    ///   - operation: the attempt.
    ///   - code: the value of `errno`, to be taken before anything else is called.
    ///   - reason: words that tell more than the system's.
    public init(_ path: String, _ operation: Operation, _ code: CInt, reason: String? = nil) {
        self.path = path
        self.operation = operation
        self.code = code
        self.reason =
            reason ?? (code == EWOULDBLOCK ? said("another boxenergie uses it") : String(cString: strerror(code)))
    }

    /// A sentence that says what was tried, why it failed and what to do.
    public var description: String {
        let hint: Phrase = advice.map { "; \($0)" } ?? ""
        let why = "\(reason)\(hint)"
        let sentence: Phrase =
            switch operation {
            case .open: "cannot open \(path): \(why)"
            case .read: "cannot read \(path): \(why)"
            case .change: "cannot change \(path): \(why)"
            case .save: "cannot save \(path): \(why)"
            case .watch: "cannot watch \(path): \(why)"
            case .lock: "cannot lock \(path): \(why)"
            case .move: "cannot move \(path): \(why)"
            case .remove: "cannot remove \(path): \(why)"
            case .make: "cannot create \(path): \(why)"
            case .write: "cannot write to \(path): \(why)"
            case .list: "cannot read the folder \(path): \(why)"
            }
        return said(sentence)
    }

    /// The path, or a folder above it, is not there.
    public var isMissing: Bool { code == ENOENT || code == ENOTDIR }

    /// This user may not do that.
    public var isDenied: Bool { code == EACCES || code == EPERM }

    /// The advice to a person, as the end of a sentence; `nil` where there is none.
    private var advice: Phrase? {
        switch code {
        case ENOENT where operation == .list, ENOTDIR where operation == .list:
            "make the folder, or correct its name in the configuration"
        case ENOSPC, EDQUOT: "free some space"
        case EROFS, EIO: "the SD card may be worn out"
        case EACCES, EPERM: "the user that runs boxenergie must be allowed to use it"
        case ELOOP: "it is a link, which is not followed"
        case EXDEV: "both must be on the same disk"
        case EWOULDBLOCK: "stop that one first"
        default: nil
        }
    }
}
