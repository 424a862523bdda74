import Glibc

/// A system call that failed: which, on what, and why.
public struct SystemError: Error, Sendable, Hashable, CustomStringConvertible {
    public var call: String
    public var subject: String
    /// The value of `errno`.
    public var code: CInt

    public init(_ call: String, on subject: String, code: CInt) {
        self.call = call
        self.subject = subject
        self.code = code
    }

    public var description: String { "cannot \(call) \(subject): \(String(cString: strerror(code)))" }
}
