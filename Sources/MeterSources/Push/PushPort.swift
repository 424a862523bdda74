import MeterCore
import MeterIO
import Synchronization

/// An address that devices post to, shared by all of its sources, with the answers given there.
///
/// Nothing is served but `/push/NAME` for the devices and `/health` for a monitor of the box. A request without a
/// device's token learns nothing about them.
final class PushPort: Sendable {
    /// The open ports, by address; held weakly, so that a port closes with its last source.
    private static let open = Mutex<[ListenAddress: Weak]>([:])

    /// A weak reference to a port.
    private struct Weak: Sendable {
        /// The port; `nil` once its last source has ended.
        weak let port: PushPort?
    }

    /// The devices, by name; a class of its own, since the server's closure needs it before the port exists.
    private final class Devices: Sendable {
        /// The devices under a lock.
        let all = Mutex<[String: PushDevice]>([:])
    }

    /// The server that speaks HTTP.
    let server: HTTPServer
    /// The devices that may post here.
    private let devices: Devices

    /// The port at an address: the one that another source already uses, or a new one.
    ///
    /// - Throws: a sentence when nobody can listen there.
    static func shared(_ address: ListenAddress) throws -> PushPort {
        try open.withLock { open in
            if let port = open[address]?.port { return port }
            let port = try PushPort(address)
            open = open.filter { $0.value.port != nil }
            open[address] = Weak(port: port)
            return port
        }
    }

    /// Listens at an address.
    ///
    /// - Throws: a sentence when nobody can listen there.
    private init(_ address: ListenAddress) throws {
        let devices = Devices()
        self.devices = devices
        server = try HTTPServer(at: address) { head in
            Self.judge(head, Array(devices.all.withLock { $0.values }))
        }
    }

    /// Adds a device, which may post from now on.
    func add(_ device: PushDevice) { devices.all.withLock { $0[device.context.name] = device } }

    /// Removes a device, unless another one of its name has taken its place.
    func remove(_ device: PushDevice) {
        devices.all.withLock { all in
            if all[device.context.name] === device { all[device.context.name] = nil }
        }
    }

    /// Decides about a request by its token and its path.
    ///
    /// The token is compared with those of all devices, so that a known one at a wrong path is told its own path.
    private static func judge(_ head: borrowing RequestHead, _ devices: [PushDevice]) -> RequestVerdict {
        let path = head.path
        if path == "/health" {
            let isRead = head.method == "GET" || head.method == "HEAD"
            let refusal = ServedAnswer(405, "only GET is of use here", headers: [("Allow", "GET, HEAD")])
            return .refuse(isRead ? ServedAnswer(200, "ok") : refusal)
        }
        let meant = devices.first { $0.path == path }
        let token = PushToken.offered(head)
        var known: PushDevice?
        var (isMissing, isUnsure) = (false, false)
        for device in devices {
            do {
                switch try device.acquaintance(with: token ?? []) {
                case .known: known = device
                case .unsure where device === meant && token != nil: isUnsure = true
                case .unsure, .stranger: break
                }
            } catch {
                device.noteBadToken(error)
                if device === meant { isMissing = true }
            }
        }
        guard let known, token != nil else {
            if isMissing {
                return .refuse(ServedAnswer(503, "the box cannot read this device's token; boxenergie status says why"))
            }
            if isUnsure {
                let sentence = "the box looks whether this is a new token; try again in a second"
                return .refuse(ServedAnswer(503, sentence, headers: [("Retry-After", "1")]))
            }
            meant?.noteStranger()
            return .refuse(
                ServedAnswer(
                    401,
                    "a device's token is needed: Authorization: Bearer TOKEN, the password of Basic, or ?token=TOKEN",
                    headers: [("WWW-Authenticate", "Basic realm=\"boxenergie\"")]
                )
            )
        }
        guard known.path == path else {
            return .refuse(ServedAnswer(404, "there is nothing here; this token posts to \(known.path)"))
        }
        return known.judge(head)
    }
}
