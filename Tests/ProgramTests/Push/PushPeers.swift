import Foundation
import Glibc
import MeterCore
import MeterSources
import Testing

/// A port of this machine that nobody uses just now.
func freePort() -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    return withUnsafeMutablePointer(to: &address) { place in
        let code = place.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
            bind(descriptor, pointer, length) == 0 ? getsockname(descriptor, pointer, &length) : -1
        }
        return code == 0 ? Int(UInt16(bigEndian: place.pointee.sin_port)) : 0
    }
}

/// Posts with curl.
///
/// - Returns: the status, 0 when there is none, and what was answered.
func curl(_ arguments: String..., body: String? = nil) throws -> (status: Int, text: String) {
    let data = body == nil ? [] : ["--data-binary", "@-"]
    let result = try Peer.run(
        ["/usr/bin/curl", "--silent", "--max-time", "60", "--path-as-is", "--write-out", "\n%{http_code}"] + data
            + arguments,
        input: body ?? ""
    )
    let parts = result.output.split(separator: "\n", omittingEmptySubsequences: true)
    return (Int(parts.last ?? "") ?? 0, parts.dropLast().joined(separator: "\n"))
}

/// The point as a line without its time and without the tag of its source.
func lineText(_ point: Point) -> String {
    var encoder = LineProtocolEncoder(precision: .seconds)
    encoder.append(point)
    let line = encoder.withBytes { String(decoding: $0, as: UTF8.self) }
    return line.split(separator: " ").dropLast().joined(separator: " ").replacing(",source=it", with: "")
}
