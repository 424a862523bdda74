/// The language of a page: French, or English for a browser that does not want French.
enum Language: String, Sendable, CaseIterable {
    case french = "fr"
    case english = "en"

    /// The first of our languages in `Accept-Language`, as its reader prefers them; French without any.
    init(accepting header: String?) {
        var best: (language: Language, weight: Double)?
        for part in (header ?? "").split(separator: ",") {
            let words = part.split(separator: ";")
            let name = words.first?.split(separator: "-").first.map { $0.lowercased() } ?? ""
            guard let language = Language(rawValue: String(name.filter { $0 != " " })) else { continue }
            let quality = words.dropFirst().first { $0.contains("q=") }?.split(separator: "=").last
            let weight = quality.map { Double(String($0)) ?? 0 } ?? 1
            if weight > best?.weight ?? 0 { best = (language, weight) }
        }
        self = best?.language ?? .french
    }

    /// One of two texts, of which both say the same.
    func callAsFunction(_ french: @autoclosure () -> String, _ english: @autoclosure () -> String) -> String {
        self == .french ? french() : english()
    }
}
