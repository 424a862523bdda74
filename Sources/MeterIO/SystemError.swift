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

/// Repeats a system call while a signal interrupts it.
///
/// - Returns: the call's value, and `errno` if that is negative.
func retryingInterrupts(_ call: () -> Int) -> (value: Int, code: CInt) {
    while true {
        let value = call()
        if value >= 0 { return (value, 0) }
        let code = errno
        if code != EINTR { return (value, code) }
    }
}
