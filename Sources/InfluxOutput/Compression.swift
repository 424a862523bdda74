import CZlib

/// The frames in which compressed bytes are sent.
public enum Compression: Sendable {
    /// That of files and of HTTP's Content-Encoding (RFC 1952).
    case gzip
    /// zlib's own (RFC 1950).
    case zlib

    /// Compresses, by default at the level that pays for line protocol: five times smaller for little work.
    ///
    /// In one step, into a buffer of the size that zlib promises to be enough (`deflateBound`).
    ///
    /// - Returns: `nil` when zlib fails.
    public func compressed(_ bytes: [UInt8], level: Int32 = 1) -> [UInt8]? {
        var stream = z_stream()
        guard czlib_begin(&stream, level, self == .gzip ? 1 : 0) == Z_OK else { return nil }
        defer { deflateEnd(&stream) }
        var input = bytes
        let bound = Int(deflateBound(&stream, UInt(bytes.count)))
        return input.withUnsafeMutableBufferPointer { source in
            var isComplete = false
            let output = [UInt8](unsafeUninitializedCapacity: bound) { target, count in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(bound)
                isComplete = deflate(&stream, Z_FINISH) == Z_STREAM_END
                count = bound - Int(stream.avail_out)
            }
            return isComplete ? output : nil
        }
    }
}
