import FoundationEssentials
import MeterIO

/// Grafana on this machine, by its HTTP API.
struct Grafana: Sendable {
    /// The members of an answer that the checks need; each answer has some of them.
    struct Reply: Decodable {
        /// Version of Grafana, of `/api/health`.
        var version: String?
        /// Condition of Grafana's own database: `ok` when it is well.
        var database: String?
        /// `OK` when a data source is reached.
        var status: String?
        /// The reason when it is not.
        var message: String?
    }

    /// A dashboard in the answer of the search, by its stable id.
    struct Dashboard: Decodable { var uid: String }

    /// Address without a path: `http://127.0.0.1:3000`.
    let url: String
    /// Password of the user `admin`; `nil` asks without a user.
    var password: String?

    /// Asks for a path, within 10 s.
    ///
    /// - Parameter path: the path with its query.
    /// - Returns: the answer, whatever its status.
    ///
    /// - Throws: `TransferError` without an answer.
    func get(_ path: String) async throws -> TransferResponse {
        var request = TransferRequest(.get, url + path)
        request.timeout = .seconds(10)
        if let password { request.credentials = ("admin", password) }
        return try await Transfers.web.perform(request)
    }

    /// The answer as a value.
    ///
    /// - Parameters:
    ///   - type: the value's type.
    ///   - response: the answer, whatever its status.
    /// - Returns: `nil` when it is another kind of answer.
    static func decode<Value: Decodable>(_ type: Value.Type, _ response: TransferResponse) -> Value? {
        try? JSONDecoder().decode(type, from: Data(response.body))
    }

    /// Address at which Grafana listens, by the setting `http_port`; without one the usual port 3000.
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

    /// True when it was installed here, as a package or as a service.
    static func isInstalled(_ patient: Patient) -> Bool {
        patient.machine.isThere("/usr/share/grafana") || patient.hasUnit("grafana-server.service")
    }
}
