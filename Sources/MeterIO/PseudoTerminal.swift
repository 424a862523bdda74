import CLinux
import Glibc
public import MeterCore

/// A pseudo-terminal: to programs that open its name it is a serial line (pty(7)).
public struct PseudoTerminal: ~Copyable, Sendable {
    /// The path that a reader opens, such as `/dev/pts/3`.
    public let name: String
    /// Our end; bytes for the reader go in here.
    private let master: CInt
    /// The reader's end, kept open so that readers may come and go.
    private let slave: CInt
    /// Empty without a link: an optional would be set before the `init` can throw, on which Swift 6.2 trips.
    private var linkPath: String

    /// Opens a pseudo-terminal in raw mode: no byte is changed, echoed or held back until a line's end.
    ///
    /// - Throws: `SystemError` when the system has none left.
    public init() throws(SystemError) {
        let opened = try Self.open()
        name = opened.name
        master = opened.master
        slave = opened.slave
        linkPath = ""
        var mode = termios()
        tcgetattr(slave, &mode)
        cfmakeraw(&mode)
        tcsetattr(slave, TCSANOW, &mode)
    }

    private static func open() throws(SystemError) -> (name: String, master: CInt, slave: CInt) {
        var text = [CChar](repeating: 0, count: 128)
        let master = clinux_open_pseudo_terminal(&text, text.count)
        guard master >= 0 else { throw SystemError("open", on: "a pseudo-terminal", code: errno) }
        let name = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let slave = Glibc.open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard slave >= 0 else {
            let error = SystemError("open", on: name, code: errno)
            close(master)
            throw error
        }
        return (name, master, slave)
    }

    deinit {
        if !linkPath.isEmpty { try? DiskFile.remove(linkPath) }
        close(slave)
        close(master)
    }

    /// Sends bytes to the reader, as many as fit.
    ///
    /// - Returns: the number of bytes; fewer when nobody reads.
    /// - Throws: `SystemError` when the line itself fails.
    public func write(_ bytes: ArraySlice<UInt8>) throws(SystemError) -> Int {
        let (count, code) = retryingInterrupts {
            bytes.withUnsafeBytes { Glibc.write(master, $0.baseAddress, $0.count) }
        }
        if count >= 0 { return count }
        if code == EAGAIN { return 0 }
        throw SystemError("write to", on: name, code: code)
    }

    /// The descriptor that an event loop waits for, to learn that the reader has sent something.
    public var descriptor: CInt { master }

    /// Takes what the reader has sent, at most 4096 bytes, without waiting.
    public func read() throws(SystemError) -> [UInt8] {
        var code: CInt = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
            let result = retryingInterrupts { Glibc.read(master, buffer.baseAddress, buffer.count) }
            count = max(0, result.value)
            code = result.code
        }
        guard code == 0 || code == EAGAIN else { throw SystemError("read from", on: name, code: code) }
        return bytes
    }

    /// The speed that the reader has set, in Bd; 0 when it is none that serial lines have.
    public var readerBaud: Int {
        var mode = termios()
        guard tcgetattr(slave, &mode) == 0 else { return 0 }
        let speed = cfgetospeed(&mode)
        return SerialSettings.codes.first { $0.value == speed }?.key ?? 0
    }

    /// Makes a link that keeps its name from run to run.
    ///
    /// An older link is replaced, anything else is not; the link goes with this.
    ///
    /// - Throws: `SystemError` when the folder may not be written to, or something else has the name.
    public mutating func link(at path: String) throws(SystemError) {
        if FileStatus(path, followingLinks: false)?.kind == .link { try? DiskFile.remove(path) }
        guard symlink(name, path) == 0 else { throw SystemError("make the link", on: path, code: errno) }
        linkPath = path
    }
}
