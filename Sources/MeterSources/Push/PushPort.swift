import MeterCore
import MeterIO
import Synchronization

/// An address that devices post to, shared by all of its sources, and what is answered there.
///
/// Nothing is served but `/push/NAME` for the devices and `/health` for whoever watches the box. A request without a
/// device's token learns nothing of which there are.
final class PushPort: Sendable {
    /// The ports that are open; it owns none of them.
    private static let open = Mutex<[ListenAddress: Weak]>([:])

    private struct Weak: Sendable {
        weak let port: PushPort?
    }

    /// The devices, by name.
    private final class Devices: Sendable {
        let all = Mutex<[String: PushDevice]>([:])
    }

    let server: HTTPServer
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

    private init(_ address: ListenAddress) throws {
        let devices = Devices()
        self.devices = devices
        server = try HTTPServer(at: address) { head in
            Self.judge(head, Array(devices.all.withLock { $0.values }))
        }
    }

    func add(_ device: PushDevice) { devices.all.withLock { $0[device.context.name] = device } }

    func remove(_ device: PushDevice) {
        devices.all.withLock { all in
            if all[device.context.name] === device { all[device.context.name] = nil }
        }
    }

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
        var isMissing = false
        for device in devices {
            do {
                if try device.isKnown(by: token ?? []) { known = device }
            } catch {
                device.noteBadToken(error)
                if device === meant { isMissing = true }
            }
        }
        guard let known, token != nil else {
            if isMissing {
                return .refuse(ServedAnswer(503, "the box cannot read this device's token; boxenergie status says why"))
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
