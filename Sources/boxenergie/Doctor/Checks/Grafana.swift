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
        return try await Transfers.shared.perform(request)
    }

    static func decode<Value: Decodable>(_ type: Value.Type, _ response: TransferResponse) -> Value? {
        try? JSONDecoder().decode(type, from: Data(response.body))
    }

    /// Whether it was installed here.
    static func isInstalled(_ patient: Patient) -> Bool {
        patient.machine.isThere("/usr/share/grafana") || patient.hasUnit("grafana-server.service")
    }
}
