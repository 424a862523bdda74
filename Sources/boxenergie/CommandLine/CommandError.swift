import MeterNotation

/// A failed command's reason, in a sentence, and the exit code for scripts.
///
/// The codes are those of sysexits.h: 64 wrong arguments, 69 a server or device is unavailable, 78 bad configuration; 1
/// is a failure of the work itself.
struct CommandError: Error, CustomStringConvertible {
    /// The sentence, printed as it is to standard error; several lines when there are several problems.
    var description: String
    /// The exit code of the program.
    var exitCode: Int32

    /// A failure of the work itself, code 1, unless another code is given.
    init(_ sentence: Phrase, exitCode: Int32 = 1) {
        description = said(sentence)
        self.exitCode = exitCode
    }
}
