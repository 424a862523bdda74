import MeterCore
import MeterDocuments
import MeterIO
import MeterNotation

/// A device of a known kind with a web server.
struct HTTPDevice: Sendable {
    /// The name or address, with a port where it is not 80.
    var host: String
    /// Asks the device, with user, trust and limits.
    private let client: HTTPClient

    /// Reads `host` and the access; problems go to the section's diagnostics.
    init(settings: ConfigSection) {
        host = settings.string("host", "The device's address, such as \"192.168.1.30\".")
        if host.contains(where: { "/@?#{} ".contains($0) }) {
            settings.report("expected a name or an address without http:// and without a path", at: "host")
        }
        client = HTTPClient(access: HTTPAccess(settings: settings))
    }

    /// Names what a source reads of it.
    ///
    /// - Parameters:
    ///   - values: names of the values, the same for the same ones.
    ///   - input: the TIC input that is read as well; 0 for none.
    /// - Returns: the device with them; `nil` while it has no address.
    func asking(_ values: some Sequence<String>, input: Int = 0) -> Declaration.Asking? {
        let input = input > 0 ? ["input \(input)"] : []
        return host.isEmpty ? nil : Declaration.Asking(host, ("", "host"), values: Set(values).union(input))
    }

    /// Asks for a page.
    ///
    /// - Parameter path: with its question; may hold a secret.
    /// - Returns: the bytes of the page.
    /// - Throws: `HTTPError`, or `SecretError` when a secret cannot be read.
    func page(_ path: String) async throws -> [UInt8] { try await client.get("http://\(host)\(path)").body ?? [] }

    /// The document in a page of the device.
    ///
    /// - Throws: `HTTPError` with the device's name when it is not of the format.
    func document(_ page: [UInt8], _ format: DocumentFormat) throws(HTTPError) -> Document {
        do throws(DocumentError) {
            return try Document(page, format)
        } catch {
            throw HTTPError("\(host): \(error)")
        }
    }
}
