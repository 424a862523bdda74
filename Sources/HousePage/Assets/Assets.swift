import InfluxOutput
import MeterNotation

/// A file of the page, compressed once, under a name that changes with its content: browsers may keep it for ever.
struct Asset: Sendable {
    let path: String
    let type: String
    private let plain: [UInt8]
    private let compressed: [UInt8]?

    fileprivate init(_ name: String, _ ending: String, type: String, _ bytes: [UInt8]) {
        path = "/\(name)-\(String(fingerprint(bytes), radix: 16)).\(ending)"
        self.type = type
        plain = bytes
        compressed = Compression.gzip.compressed(bytes, level: 9)
    }

    /// The content as a client takes it.
    func content(compressed isCompressed: Bool) -> (bytes: [UInt8], isCompressed: Bool) {
        if isCompressed, let compressed { return (compressed, true) }
        return (plain, false)
    }
}

/// The files of the page, which are inside the program; made when a page is served first.
enum Assets {
    static let style = Asset("page", "css", type: "text/css; charset=utf-8", PackageResources.page_css)
    static let script = Asset("page", "js", type: "text/javascript; charset=utf-8", PackageResources.page_js)
    static let icon = Asset("icon", "svg", type: "image/svg+xml", PackageResources.icon_svg)
    static let all = [style, script, icon]

    /// Another text when the program brings other files: an open page then loads itself anew.
    static let version = String(fingerprint(all.flatMap { Array($0.path.utf8) }), radix: 16)
}
