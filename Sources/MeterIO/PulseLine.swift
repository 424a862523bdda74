import CGPIOD
import Glibc

/// An input of the GPIO header on which pulses arrive.
public struct PulseLine: ~Copyable {
    private let handle: UnsafeMutablePointer<pulse_line>

    /// Opens a line.
    ///
    /// - Parameters:
    ///   - chip: the path of the chip, such as `/dev/gpiochip0`.
    ///   - offset: the number of the line on that chip.
    /// - Throws: a sentence that names the chip and the line.
    public init(chip: String, offset: UInt32) throws(SystemError) {
        guard let handle = pulse_line_open(chip, offset, 0, "boxenergie") else {
            throw SystemError("watch line \(offset) of", on: chip, code: errno)
        }
        self.handle = handle
    }

    deinit { pulse_line_close(handle) }

    /// Readable when a pulse has come.
    public var fileDescriptor: CInt { pulse_line_fd(handle) }

    /// The version of libgpiod that the program runs with.
    public static var libraryVersion: String { String(cString: cgpiod_version()) }
}
