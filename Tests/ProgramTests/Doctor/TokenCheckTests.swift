import Foundation
import MeterCore
import Testing

@testable import boxenergie

/// The tokens with which meters are read, and what the check says of their ends.
@Suite(.mayBlock, .timeLimit(.minutes(5))) struct TokenCheckTests {
    private let box: SickBox
    private let file = NSTemporaryDirectory() + "token-\(UUID().uuidString)"

    init() throws {
        MainLoop.start()
        box = try SickBox()
    }

    /// A JSON Web Token without a signature that anybody would take.
    private func token(_ claims: String) -> String {
        func part(_ text: String) -> String {
            Data(text.utf8).base64EncodedString().replacingOccurrences(of: "+", with: "-")
                .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
        }
        return "\(part("{\"alg\":\"ES256\"}")).\(part(claims)).c2ln"
    }

    private func findings(_ token: String?) async throws -> [Finding] {
        defer { try? FileManager.default.removeItem(atPath: file) }
        let patient = try box.patient(
            """
            [source.envoy]
            type = "http"
            host = "192.168.1.61"
            profile = "enphase-envoy"
            token_file = "\(file)"
            insecure = true
            """
        )
        try #require(patient.configuration != nil, "\(patient.diagnostics)")
        if let token {
            try token.write(toFile: file, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        }
        return await TokenCheck().ask(patient)
    }

    @Test(
        "a token's end is said weeks before, and when it is over",
        arguments: [
            (364, Finding.Grade.ok, "it ends in 364 days"), (31, .ok, "it ends in 31 days"),
            (29, .note, "it ends in 29 days"), (0, .note, "it ends in 0 days"), (-2, .wrong, "it has ended"),
        ]
    )
    func ends(_ days: Int64, _ grade: Finding.Grade, _ words: String) async throws {
        // An hour more, so that the test may take its time.
        let end = try box.patient().now + days * 86_400 + 3600
        let found = try await findings(token("{\"aud\":\"122\",\"exp\":\(end),\"username\":\"x\"}"))
        #expect(found.map(\.grade) == [grade], "\(found)")
        #expect(found.first?.sentence.contains(words) == true, "\(found)")
        #expect(found.first?.subject == "token of envoy" && found.first?.advice.isEmpty == (grade == .ok))
    }

    @Test("a token that tells no end is not judged, and one that cannot be read is said")
    func others() async throws {
        #expect(try await findings("0123456789abcdef").isEmpty)
        #expect(try await findings(token("{\"aud\":\"122\"}")).isEmpty)
        let missing = try await findings(nil)
        #expect(
            missing.map(\.grade) == [.note] && missing.first?.sentence.contains("cannot be read") == true,
            "\(missing)"
        )
    }
}
