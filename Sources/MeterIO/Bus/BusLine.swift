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
    func apply(_ format: SerialSettings) throws
}

/// A serial line as the line of a bus.
final class SerialLine: BusLine {
    private var port: SerialPort

    init(_ path: String, _ format: SerialSettings) throws(SerialError) {
        port = try SerialPort(path: path, settings: format)
    }

    var name: String { port.path }
    var descriptor: CInt { port.descriptor }
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int { try port.read(into: buffer) }
    func write(_ bytes: ArraySlice<UInt8>) throws -> Int { try port.write(bytes) }
    func apply(_ format: SerialSettings) throws { try port.apply(format) }
}
