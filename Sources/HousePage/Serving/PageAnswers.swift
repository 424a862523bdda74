import InfluxOutput
import MeterIO

/// Answers of the page with the headers that keep it safe.
struct PageAnswers: Sendable {
    /// All answers have them: nothing from elsewhere is loaded, and nobody reads or frames the page who should not.
    let safety: [(name: String, value: String)]

    /// - Parameter embedders: origins whose pages may show this one within them.
    init(embedders: [String] = []) {
        let ancestors = embedders.isEmpty ? "'none'" : embedders.joined(separator: " ")
        let policy =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
            + "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors \(ancestors); "
            + "require-trusted-types-for 'script'"
        safety = [
            ("Content-Security-Policy", policy), ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"), ("Cross-Origin-Resource-Policy", "same-origin"),
        ]
    }

    /// A sentence, for what is refused or trivial.
    func sentence(_ status: Int, _ text: String, _ more: [(name: String, value: String)] = []) -> ServedAnswer {
        ServedAnswer(status, text, headers: safety + more)
    }

    /// A page.
    func page(_ markup: Markup, compressed: Bool) -> ServedAnswer {
        document([UInt8](markup.text.utf8), "text/html; charset=utf-8", compressed: compressed)
    }

    /// A document of now, which nobody keeps.
    func document(
        _ bytes: [UInt8],
        _ type: String,
        compressed: Bool,
        _ more: [(name: String, value: String)] = []
    ) -> ServedAnswer {
        var headers = safety + more + [("Vary", "Accept-Encoding, Accept-Language")]
        if compressed, bytes.count > 1000, let small = Compression.gzip.compressed(bytes, level: 6) {
            headers.append(("Content-Encoding", "gzip"))
            return ServedAnswer(body: small, type: type, headers: headers)
        }
        return ServedAnswer(body: bytes, type: type, headers: headers)
    }

    /// A file of the page, which browsers keep for a year.
    func asset(_ asset: Asset, compressed: Bool) -> ServedAnswer {
        let (bytes, isCompressed) = asset.content(compressed: compressed)
        var headers = safety + [("Cache-Control", "public, max-age=31536000, immutable"), ("Vary", "Accept-Encoding")]
        if isCompressed { headers.append(("Content-Encoding", "gzip")) }
        return ServedAnswer(body: bytes, type: asset.type, headers: headers)
    }
}
