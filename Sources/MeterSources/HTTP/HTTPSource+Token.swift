public import MeterCore
import MeterIO

extension HTTPSource: ExpiringSource {
    /// The end of the bearer token, of which a JSON Web Token tells it.
    public func tokenEnd() async throws -> Int64? {
        guard let token = try await settings.access.token?.fetch() else { return nil }
        return TokenEnd.end(of: token)
    }
}
