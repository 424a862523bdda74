import FoundationEssentials
import MeterIO

/// Grafana's answers on this machine.
struct Grafana: Sendable {
    /// What the checks want to know of an answer.
    struct Reply: Decodable {
        var version: String?
        var database: String?
        var status: String?
        var message: String?
    }

    struct Dashboard: Decodable { var uid: String }

    let url: String
    var password: String?

    /// Asks for a path.
    ///
    /// - Throws: `TransferError` without an answer.
    func get(_ path: String) async throws -> TransferResponse {
        var request = TransferRequest(.get, url + path)
        request.timeout = .seconds(10)
        if let password { request.credentials = ("admin", password) }
        return try await Transfers.web.perform(request)
    }

    static func decode<Value: Decodable>(_ type: Value.Type, _ response: TransferResponse) -> Value? {
        try? JSONDecoder().decode(type, from: Data(response.body))
    }

    /// Where it listens, as its settings say; somebody's Grafana may have another port than the usual one.
    static func address(_ machine: Machine) -> String {
        var (section, port) = (Substring(), 3000)
        for line in machine.lines("/etc/grafana/grafana.ini") {
            let words = line.split { $0 == "=" || $0.isWhitespace }
            guard let first = words.first else { continue }
            if first.hasPrefix("[") { section = first }
            if section == "[server]", first == "http_port" { port = words.last.flatMap { Int($0) } ?? port }
        }
        return "http://127.0.0.1:\(port)"
    }

    /// Whether it was installed here.
    static func isInstalled(_ patient: Patient) -> Bool {
        patient.machine.isThere("/usr/share/grafana") || patient.hasUnit("grafana-server.service")
    }
}
