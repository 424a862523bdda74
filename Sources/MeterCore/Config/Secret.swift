import MeterNotation

/// A password or a token in a file of its own, read only when it is needed.
///
/// Neither the value nor anything made from it is kept here, and printing shows dots.
public struct Secret: Sendable {
    /// The file that holds the value.
    public let file: String

    /// The longest secret; a file with more is the wrong one.
    private static let maximumSize = 64 * 1024

    public init(file: String) {
        self.file = file
    }

    /// The value now: the text of the file without one newline at its end.
    ///
    /// - Throws: `SecretError` when the file cannot be read, is empty, too long or not UTF-8.
    public func read() throws(SecretError) -> String {
        let bytes: [UInt8]
        do throws(DiskError) {
            bytes = try SmallFile.read(file, atMost: Self.maximumSize, onlyPlain: true)
        } catch {
            throw SecretError(file: file, problem: .unread(error.reason))
        }
        guard var text = String(validating: bytes, as: UTF8.self) else {
            throw SecretError(file: file, problem: .noText)
        }
        // CR LF is one character of a Swift string.
        if text.hasSuffix("\n") || text.hasSuffix("\r\n") { text.removeLast() }
        guard !text.isEmpty else { throw SecretError(file: file, problem: .empty) }
        return text
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "•••" }
    public var debugDescription: String { "•••" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// The reason for which a secret could not be had; never tells the value.
public struct SecretError: Error, Equatable, CustomStringConvertible {
    /// The file that should hold it.
    public var file: String
    /// The problem.
    enum Problem: Equatable {
        /// Cannot be read, for the system's reason.
        case unread(String)
        /// Is not UTF-8.
        case noText
        /// Is empty.
        case empty
        /// Is on a disk that does not answer.
        case stuck
    }

    /// The problem with it.
    var problem: Problem

    public var description: String {
        switch problem {
        case .unread(let reason): said("the secret file \(file) cannot be read: \(reason)")
        case .noText: said("the secret file \(file) is not UTF-8 text")
        case .empty: said("the secret file \(file) is empty")
        case .stuck: said("the secret file \(file) cannot be read: its disk does not answer")
        }
    }

    /// True when its disk does not answer, which says nothing about the value.
    public var isStuck: Bool { problem == .stuck }

    /// The error for a file whose disk does not answer.
    public static func stuck(_ file: String) -> SecretError {
        SecretError(file: file, problem: .stuck)
    }
}
