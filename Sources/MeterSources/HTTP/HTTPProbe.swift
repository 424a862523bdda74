public import MeterCore
import MeterIO
import MeterNotation

extension HTTPSource: ProbeableSource {
    /// One way: at a web server that is named, or at those that announce themselves in the network.
    public static func probes(of place: ProbePlace, _ scope: ProbeScope) -> [any MeterProbe] {
        switch place {
        case .web(let host): [HTTPProbe(host: host)]
        case .neighbours: [AnnouncementProbe()]
        case .line: []
        }
    }
}

/// Asks a web server for the pages by which the profiles know their devices; nothing secret is sent.
struct HTTPProbe: MeterProbe {
    /// The time for an answer, 5 s.
    private static let patience = Duration.seconds(5)
    /// The bytes of a page that are looked at, 64 KiB.
    private static let largest = 64 << 10

    /// The machine's name or address.
    let host: String
    /// The profiles that know their devices by a page, the most particular first.
    private let known: [(key: String, profile: HTTPProfile)]

    /// Names the machine; nothing is asked yet.
    init(host: String) {
        self.host = host
        let all: [(key: String, profile: HTTPProfile)] = ProfileLibrary.all(.http)
        known = all.filter { $0.profile.identity != nil }.sorted { Self.weight($0.profile) > Self.weight($1.profile) }
    }

    /// The title for the person who waits.
    var title: String { said("pages of known devices") }
    /// The devices are in the network.
    let wire = ProbeWire.network
    /// The time when nothing answers.
    var longest: Duration { Self.patience * pages.count }

    /// The pages, each once.
    private var pages: [String] {
        known.compactMap { $0.profile.identity?.url }.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// Asks for each page, until a device is known.
    ///
    /// - Throws: `CancellationError`.
    func look(_ notes: ProbeNotes) async throws {
        for (number, page) in pages.enumerated() {
            notes.advance(Double(number) / Double(pages.count))
            guard let text = try await text(page.replacing("{host}", with: host)) else { continue }
            let fitting = known.first { _, profile in
                guard let identity = profile.identity, identity.url == page else { return false }
                return identity.words.allSatisfy { text.contains($0) }
            }
            guard let fitting else { continue }
            return notes.found(finding(fitting.key, fitting.profile))
        }
    }

    /// The number of words that speak for a profile.
    private static func weight(_ profile: HTTPProfile) -> Int { profile.identity?.words.count ?? 0 }

    /// The text at an address; `nil` when there is none.
    private func text(_ url: String) async throws -> String? {
        var request = TransferRequest(.get, url)
        request.timeout = Self.patience
        request.largestAnswer = Self.largest
        request.cutsAnswer = true
        // A device's certificate is its own, and nothing is told to it here.
        request.verifiesCertificate = false
        do {
            let response = try await Transfers.web.perform(request)
            return response.status == 200 ? String(decoding: response.body, as: UTF8.self) : nil
        } catch let error as TransferError {
            guard error.kind != .cancelled else { throw CancellationError() }
            return nil
        }
    }

    /// The device as a finding, with the section that reads it.
    private func finding(_ key: String, _ profile: HTTPProfile) -> ProbeFinding {
        var lines: [ProbeFinding.Line] = [.text("host", host), .text("profile", key)]
        if !profile.header.isVerified { lines.append(ProbeFinding.Line(key: "accept_unverified", value: "true")) }
        if profile.role == .consumption {
            lines.append(
                .text(
                    "role",
                    MeterRole.consumption.rawValue,
                    "import if it counts the whole house at the grid, production if it counts solar panels"
                )
            )
        }
        var finding = ProbeFinding(
            "\(profile.header.name) at \(host)",
            key: "\(HTTPSource.type) \(host)",
            name: profile.role == .production ? "onduleur" : profile.role == .battery ? "batterie" : "compteur",
            lines
        )
        if !profile.header.note.english.isEmpty { finding.remarks.append(profile.header.note) }
        if profile.pages.contains(where: { $0.url.hasPrefix("https:") }) {
            finding.remarks.append(
                "It needs a token in token_file, and pin: the README says how to get them." as Phrase
            )
        }
        return finding
    }
}
