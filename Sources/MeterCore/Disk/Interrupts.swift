import Glibc

/// Repeats a system call for as long as a signal interrupts it.
///
/// - Returns: the call's value, and `errno` if that is negative, else 0.
public func retryingInterrupts(_ call: () -> Int) -> (value: Int, code: CInt) {
    while true {
        let value = call()
        if value >= 0 { return (value, 0) }
        let code = errno
        if code != EINTR { return (value, code) }
    }
}
