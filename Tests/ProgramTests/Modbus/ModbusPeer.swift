import Foundation

/// Modbus devices that pymodbus plays, and a line in front of them that does what lines do.
///
/// `Tests/peers/modbus_server.py` says what it takes and obeys.
final class ModbusPeer {
    /// What is around the messages, and what carries them.
    enum Way: String, CaseIterable, Sendable { case tcp, rtu, rtuOverTCP = "rtu-over-tcp" }

    private let peer: Peer
    private let way: Way
    /// A port or a pseudo-terminal.
    private let address: String

    /// Starts the devices.
    ///
    /// - Parameters:
    ///   - way: how they are reached.
    ///   - setup: what they hold, as JSON takes it.
    /// - Throws: when they cannot be started.
    init(_ way: Way, _ setup: [String: Any]) throws {
        self.way = way
        peer = try Peer([Installation.root + "/Tests/peers/modbus", way.rawValue])
        let json = try JSONSerialization.data(withJSONObject: setup)
        peer.sendLine(String(decoding: json, as: UTF8.self))
        address = peer.line()
    }

    /// The port, or the name of the pseudo-terminal.
    var path: String { address }

    /// The lines of a source's configuration that say where it is.
    var place: String {
        switch way {
        case .tcp: "host = \"127.0.0.1\"\nport = \(address)"
        case .rtuOverTCP: "host = \"127.0.0.1\"\nport = \(address)\nframing = \"rtu\""
        case .rtu: "device = \"\(address)\""
        }
    }

    /// Its process.
    var identifier: Int32 { peer.identifier }

    /// Gives an order.
    ///
    /// - Returns: the answer.
    @discardableResult
    func order(_ text: String) -> String {
        peer.sendLine(text)
        return peer.line()
    }

    /// The requests so far: unit, function, address, count.
    func requests() throws -> [[Int]] {
        try JSONSerialization.jsonObject(with: Data(order("requests").utf8)) as? [[Int]] ?? []
    }

    /// What pysunspec2 says that a unit's models hold.
    func models(_ unit: Int) throws -> [[String: Any]] {
        try JSONSerialization.jsonObject(with: Data(order("values \(unit)").utf8)) as? [[String: Any]] ?? []
    }
}

/// The registers of values, highest first.
enum Words {
    static func float(_ value: Float) -> [Int] { unsigned(UInt64(value.bitPattern), 2) }

    static func signed(_ value: Int64, _ count: Int) -> [Int] { unsigned(UInt64(bitPattern: value), count) }

    static func unsigned(_ value: UInt64, _ count: Int) -> [Int] {
        (0..<count).reversed().map { Int(value >> UInt64(16 * $0) & 0xFFFF) }
    }
}
