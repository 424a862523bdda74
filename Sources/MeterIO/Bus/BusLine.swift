/// What the bytes of a bus go through: a serial line, or a connection to a converter that has one.
public protocol BusLine: AnyObject {
    /// What a person calls it.
    var name: String { get }
    /// What an event loop waits for.
    var descriptor: CInt { get }
    /// Takes what has come, without waiting; 0 bytes when nothing has.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int
    /// Sends bytes, as many as can go without waiting.
    func write(_ bytes: ArraySlice<UInt8>) throws -> Int
    /// Changes speed and format, where there is such a thing.
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
