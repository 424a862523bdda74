import CLinux
import Glibc
import MeterCore
import MeterNotation

/// A serial line that only this process uses, in raw mode.
///
/// Two locks keep others out: flock(2) those that ask for it, `TIOCEXCL` all but root. A pseudo-terminal, such as socat
/// makes of a line elsewhere, has the first one only: it keeps the second one for whoever comes after a program that was
/// killed, as long as its maker lives.
public struct SerialPort: ~Copyable, Sendable {
    /// The device, which may be a link in `/dev/serial/by-id`.
    public let path: String
    /// True when the driver checks the parity that was asked for.
    ///
    /// Pseudo-terminals and the Raspberry Pi's mini-UART cannot: then characters have 8 bits, and bit 7 is the parity.
    public private(set) var hasParity: Bool
    /// The descriptor that an event loop waits for.
    let descriptor: CInt

    /// Opens a line.
    ///
    /// - Throws: `SerialError`, a sentence that says why not, and what to do.
    public init(path: String, settings: SerialSettings) throws(SerialError) {
        let opened = try Self.open(path)
        let parity: Bool
        do throws(SerialError) {
            parity = try Self.configure(opened, path, settings)
        } catch {
            close(opened)
            throw error
        }
        self.path = path
        descriptor = opened
        hasParity = parity
    }

    deinit {
        clinux_set_exclusive(descriptor, 0)
        close(descriptor)
    }

    /// Opens and locks a line, only for reading where this user may not write to it.
    private static func open(_ path: String) throws(SerialError) -> CInt {
        var (opened, code) = open(path, O_RDWR)
        if opened < 0, code == EACCES || code == EROFS { (opened, code) = open(path, O_RDONLY) }
        guard opened >= 0 else { throw SerialError(opening: path, code: code) }
        guard isatty(opened) == 1 else {
            close(opened)
            throw .notSerial(path)
        }
        guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
            close(opened)
            throw .busy(path, holder: SerialError.holder(of: path))
        }
        if !isPseudoTerminal(opened) { clinux_set_exclusive(opened, 1) }
        return opened
    }

    /// By the device's number: 136 to 143 are theirs (admin-guide/devices.txt of Linux).
    private static func isPseudoTerminal(_ descriptor: CInt) -> Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && (136...143).contains(clinux_major(status.st_rdev))
    }

    private static func open(_ path: String, _ mode: CInt) -> (CInt, CInt) {
        let (value, code) = retryingInterrupts { Int(Glibc.open(path, mode | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)) }
        return (CInt(value), code)
    }

    /// Changes speed and format, and forgets what has come so far.
    ///
    /// - Throws: `.failed` when the driver refuses the speed, `.disconnected` when the device is gone.
    public mutating func apply(_ settings: SerialSettings) throws(SerialError) {
        hasParity = try Self.configure(descriptor, path, settings)
    }

    /// Sets a line up.
    ///
    /// - Returns: true when the driver took the format, and not only the speed.
    private static func configure(
        _ descriptor: CInt,
        _ path: String,
        _ settings: SerialSettings
    ) throws(SerialError) -> Bool {
        guard let speed = SerialSettings.codes[settings.baud] else {
            throw .failed(path, said("the speed \(settings.baud) Bd is not one that serial lines have"))
        }
        var wanted = termios()
        guard tcgetattr(descriptor, &wanted) == 0 else { throw .disconnected(path) }
        cfmakeraw(&wanted)
        wanted.c_cflag &= ~tcflag_t(CSIZE | PARENB | PARODD | CSTOPB) & ~tcflag_t(UInt32(CRTSCTS))
        wanted.c_cflag |= tcflag_t(CLOCAL | CREAD) | tcflag_t(settings.dataBits == 7 ? CS7 : CS8)
        if settings.parity != .none { wanted.c_cflag |= tcflag_t(PARENB) }
        if settings.parity == .odd { wanted.c_cflag |= tcflag_t(PARODD) }
        if settings.stopBits == 2 { wanted.c_cflag |= tcflag_t(CSTOPB) }
        wanted.c_iflag &= ~tcflag_t(IXON | IXOFF | IXANY)
        withUnsafeMutableBytes(of: &wanted.c_cc) { characters in
            characters[Int(VMIN)] = 0
            characters[Int(VTIME)] = 0
        }
        cfsetspeed(&wanted, speed)
        // glibc reports EINVAL when the driver kept the speed and refused the rest, so what counts is what it says now.
        let code = tcsetattr(descriptor, TCSANOW, &wanted) == 0 ? 0 : errno
        var found = termios()
        guard tcgetattr(descriptor, &found) == 0 else { throw .disconnected(path) }
        guard cfgetospeed(&found) == speed else {
            throw .failed(path, said("the driver refused \(settings): \(String(cString: strerror(code)))"))
        }
        let format = tcflag_t(CSIZE | PARENB | PARODD)
        tcflush(descriptor, TCIFLUSH)
        return found.c_cflag & format == wanted.c_cflag & format
    }

    /// Takes what has come, without waiting.
    ///
    /// - Returns: the number of bytes; 0 when nothing has come.
    /// - Throws: `.disconnected` when the device is gone.
    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(SerialError) -> Int {
        let (count, code) = retryingInterrupts { Glibc.read(descriptor, buffer.baseAddress, buffer.count) }
        if count > 0 { return count }
        if count == 0 {
            var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&state, 1, 0) > 0, Int32(state.revents) & (POLLHUP | POLLERR | POLLNVAL) != 0 else { return 0 }
            throw .disconnected(path)
        }
        switch code {
        case EAGAIN: return 0
        case EIO, ENXIO, ENODEV, EBADF: throw .disconnected(path)
        default: throw .failed(path, String(cString: strerror(code)))
        }
    }

    /// Sends bytes, as many as the driver takes without waiting.
    ///
    /// - Returns: their number.
    /// - Throws: `.disconnected` when the device is gone, `.failed` when this user may only read from it.
    func write(_ bytes: ArraySlice<UInt8>) throws(SerialError) -> Int {
        let (count, code) = retryingInterrupts {
            bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        }
        if count >= 0 { return count }
        switch code {
        case EAGAIN: return 0
        case EIO, ENXIO, ENODEV: throw .disconnected(path)
        case EBADF: throw .failed(path, said("this user may read from it but not write to it"))
        default: throw .failed(path, String(cString: strerror(code)))
        }
    }
}
