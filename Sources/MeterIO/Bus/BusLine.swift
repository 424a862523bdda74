import MeterCore

/// A way for the bytes of a bus: a serial line, or a connection to a converter that has one.
public protocol BusLine: AnyObject {
    /// The line's name for a person: its path, or its address and port.
    var name: String { get }
    /// The descriptor that an event loop waits for.
    var descriptor: CInt { get }
    /// Takes what has come, without waiting; 0 bytes when nothing has.
    ///
    /// - Throws: a sentence when the line is gone.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int
    /// Sends bytes, as many as can go without waiting, and returns how many those were.
    ///
    /// - Throws: a sentence when the line is gone.
    func write(_ bytes: ArraySlice<UInt8>) throws -> Int
    /// Changes speed and format; a connection has neither and does nothing, its converter is set up by its owner.
    ///
    /// - Throws: a sentence when the line refuses them, or is gone.
    nonisolated(nonsending) func apply(_ format: SerialSettings) async throws
}

/// A serial line as the line of a bus.
///
/// An adapter may take seconds to be opened, set up or closed: a thread of the line does that, and only who uses the line
/// waits.
final class SerialLine: BusLine, @unchecked Sendable {
    // Safe because: only its bus uses it, which waits while the thread works on it.

    /// The port, which the thread closes.
    private final class Port: @unchecked Sendable {
        var port: SerialPort

        init(_ path: String, _ format: SerialSettings) throws(SerialError) {
            port = try SerialPort(path: path, settings: format)
        }
    }

    private let held: Unmanaged<Port>
    private let thread: DiskThread

    private init(_ port: Unmanaged<Port>, _ thread: DiskThread) { (held, self.thread) = (port, thread) }

    /// Opens a line.
    ///
    /// - Parameters:
    ///   - path: the device, or a link to it.
    ///   - format: its speed and format.
    ///   - thread: the line's, which closed it before if it was open.
    /// - Returns: the line, open.
    /// - Throws: `SerialError`.
    static func open(_ path: String, _ format: SerialSettings, on thread: DiskThread) async throws -> SerialLine {
        let opened = await thread.run { () -> Result<SerialLine, SerialError> in
            do throws(SerialError) {
                return .success(SerialLine(.passRetained(try Port(path, format)), thread))
            } catch {
                return .failure(error)
            }
        }
        guard let opened else { throw CancellationError() }
        return try opened.get()
    }

    deinit {
        thread.enqueue { [held] in held.release() }
    }

    private var port: Port { held.takeUnretainedValue() }
    var name: String { port.port.path }
    var descriptor: CInt { port.port.descriptor }
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int { try port.port.read(into: buffer) }
    func write(_ bytes: ArraySlice<UInt8>) throws -> Int { try port.port.write(bytes) }

    nonisolated(nonsending) func apply(_ format: SerialSettings) async throws {
        let port = port
        let failure = await thread.run { () -> SerialError? in
            do throws(SerialError) {
                try port.port.apply(format)
                return nil
            } catch {
                return error
            }
        }
        if let failure = failure ?? nil { throw failure }
    }
}
