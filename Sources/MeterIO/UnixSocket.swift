public import Glibc

/// Opens a Unix socket, bound or connected to a path.
///
/// - Parameters:
///   - path: in the file system, or an abstract name that starts with `@`.
///   - type: `SOCK_STREAM` or `SOCK_DGRAM`.
///   - attach: `bind` or `connect`.
/// - Returns: its descriptor, not inherited by programs; `nil` when that fails, or the path is longer than 107 bytes.
public func openUnixSocket(
    _ path: String,
    _ type: __socket_type,
    _ attach: (CInt, UnsafePointer<sockaddr>, socklen_t) -> CInt
) -> CInt? {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var bytes = [UInt8](path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return nil }
    var length = MemoryLayout<sockaddr_un>.size
    if bytes.first == UInt8(ascii: "@") {
        bytes[0] = 0
        length = MemoryLayout.size(ofValue: address.sun_family) + bytes.count
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let descriptor = socket(AF_UNIX, Int32(type.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return nil }
    let code = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { attach(descriptor, $0, socklen_t(length)) }
    }
    guard code == 0 else {
        close(descriptor)
        return nil
    }
    return descriptor
}
