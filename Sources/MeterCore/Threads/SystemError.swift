import Glibc
import MeterNotation

/// A system call that failed, as a sentence: `cannot open /dev/pts/3: Permission denied`.
public struct SystemError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The verb of the sentence, such as `open`.
    public var call: String
    /// The thing that it was done to, such as a path.
    public var subject: String
    /// The value of `errno`.
    public var code: CInt

    /// Makes an error; `errno` is to be read on the line after the call.
    public init(_ call: String, on subject: String, code: CInt) {
        self.call = call
        self.subject = subject
        self.code = code
    }

    public var description: String { said("cannot \(call) \(subject): \(String(cString: strerror(code)))") }
}
